using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using TokenThrift.Receipts;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>Carries out the plan of a request: asks, judges, and goes on until an answer can be served.</summary>
internal sealed class RouteExecutor(
    RoutePlanner planner,
    AnswerJudge judge,
    RoutingMemory memory,
    LearningKeeper keeper,
    ConversationMemory conversations,
    OutputLengths lengths,
    AuditDraw audits,
    FailureReader failures,
    RoutingOptions settings,
    TimeProvider time,
    ILogger logger)
{
    public async Task<ChatResponse> AnswerAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, RequestContext context, CancellationToken cancellationToken)
    {
        ChatResponse response = await AskAsync(messages, options, context, cancellationToken).ConfigureAwait(false);
        await TellAsync(cancellationToken).ConfigureAwait(false);
        return response;
    }

    public async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions? options, RequestContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (ChatResponseUpdate update in AskStreamingAsync(messages, options, context, cancellationToken).ConfigureAwait(false))
        {
            yield return update;
        }

        await TellAsync(cancellationToken).ConfigureAwait(false);
    }

    // The answer is there, and nobody is to lose it who gives up waiting now; what is due is told with the next.
    private async ValueTask TellAsync(CancellationToken cancellationToken)
    {
        try
        {
            await conversations.TellAsync(cancellationToken).ConfigureAwait(false);
            await keeper.ExchangeAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    private async Task<ChatResponse> AskAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, RequestContext context, CancellationToken cancellationToken)
    {
        RouteRun run = await BeginAsync(messages, options, context, cancellationToken).ConfigureAwait(false);
        using var deadline = new RouteDeadline(settings.Deadline, time, cancellationToken);
        while (!deadline.IsOver && run.Next() is { } step)
        {
            ChatResponse response;
            try
            {
                response = await step.Leg.Leg.Health.AskAsync(
                    token => run.TryAsync(step, number => new ValueTask<ChatResponse>(step.Leg.Leg.Leg.Client.GetResponseAsync(step.Messages, OptionsFor(step, options, number), token)), cancellationToken),
                    deadline.Token).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                run.Failed(step, e, cancellationToken);
                continue;
            }

            Measure(run, step, response);
            AnswerJudgement judgement = await JudgeAsync(run, step, response, deadline, cancellationToken).ConfigureAwait(false);
            if (judgement.IsAccepted)
            {
                run.Served(step, judgement.Score);
                Remember(run, step.Leg, response);
                return response;
            }

            run.LaidAside(step, response, updates: null, judgement);
        }

        RejectedAnswer best = run.ServeBest();
        Remember(run, best.Leg, best.Response);
        if (!best.IsGood)
        {
            (best.Response.AdditionalProperties ??= [])[AnswerMarks.DegradedKey] = best.Reason;
        }

        return best.Response;
    }

    private async IAsyncEnumerable<ChatResponseUpdate> AskStreamingAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions? options, RequestContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RouteRun run = await BeginAsync(messages, options, context, cancellationToken).ConfigureAwait(false);
        using var deadline = new RouteDeadline(settings.Deadline, time, cancellationToken);
        while (!deadline.IsOver && run.Next() is { } step)
        {
            StreamAttempt attempt;
            try
            {
                attempt = await OpenAsync(run, step, options, deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                run.Failed(step, e, cancellationToken);
                continue;
            }

            await using (attempt.ConfigureAwait(false))
            {
                AnswerJudgement? judged = null;
                if (attempt.HasEnded)
                {
                    ChatResponse early = attempt.Held.ToChatResponse();
                    Measure(run, step, early);
                    judged = await JudgeAsync(run, step, early, deadline, cancellationToken).ConfigureAwait(false);
                    if (judged is { IsAccepted: false } refused)
                    {
                        run.LaidAside(step, early, attempt.Held, refused);
                        continue;
                    }
                }

                await foreach (ChatResponseUpdate update in ShowAsync(run, step, attempt, judged, deadline, cancellationToken).ConfigureAwait(false))
                {
                    yield return update;
                }

                yield break;
            }
        }

        RejectedAnswer best = run.ServeBest();
        Remember(run, best.Leg, best.Response);
        foreach (ChatResponseUpdate update in best.Updates!)
        {
            yield return update;
        }

        if (!best.IsGood)
        {
            yield return DegradedMark(best);
        }
    }

    // From here on the model is committed: what fails now is the caller's to see.
    private async IAsyncEnumerable<ChatResponseUpdate> ShowAsync(
        RouteRun run, RouteStep step, StreamAttempt attempt, AnswerJudgement? judged, RouteDeadline deadline, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            foreach (ChatResponseUpdate held in attempt.Held.ToArray())
            {
                yield return held;
            }

            while (await ReadCommittedAsync(run, step, attempt, cancellationToken).ConfigureAwait(false) is { } update)
            {
                yield return update;
            }

            ChatResponse whole = attempt.Held.ToChatResponse();
            if (judged is null)
            {
                Measure(run, step, whole);
            }

            AnswerJudgement judgement = judged ?? await JudgeAsync(run, step, whole, deadline, cancellationToken).ConfigureAwait(false);
            Remember(run, step.Leg, whole);
            if (judgement.IsAccepted)
            {
                run.Served(step, judgement.Score);
            }
            else
            {
                yield return DegradedMark(run.ShownDegraded(step, whole, judgement));
            }
        }
        finally
        {
            // The caller may read no further than it likes.
            run.Left(step);
        }
    }

    private async ValueTask<AnswerJudgement> JudgeAsync(RouteRun run, RouteStep step, ChatResponse response, RouteDeadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            return await judge.JudgeAsync(run, step, response, deadline, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            run.Left(step);
            throw;
        }
    }

    private void Measure(RouteRun run, RouteStep step, ChatResponse response)
    {
        if (response.Usage?.OutputTokenCount is { } tokens)
        {
            lengths.Learn(run.Plan.TaskType, step.Leg.Leg.Id, tokens);
        }
    }

    private static ChatOptions? OptionsFor(RouteStep step, ChatOptions? options, int number) => step.Leg.Leg.OptionsFor(options, number, step.Purpose);

    private static ChatResponseUpdate DegradedMark(RejectedAnswer answer) => new()
    {
        ResponseId = answer.Response.ResponseId,
        MessageId = answer.Response.Messages.LastOrDefault()?.MessageId,
        AdditionalProperties = new() { [AnswerMarks.DegradedKey] = answer.Reason },
    };

    private static async ValueTask<ChatResponseUpdate?> ReadCommittedAsync(RouteRun run, RouteStep step, StreamAttempt attempt, CancellationToken cancellationToken)
    {
        try
        {
            return await attempt.ReadAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await run.BrokeAsync(step, e, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    private ValueTask<StreamAttempt> OpenAsync(RouteRun run, RouteStep step, ChatOptions? options, RouteDeadline deadline, CancellationToken cancellationToken)
    {
        long? hold = run.MustHold(step) ? settings.StreamCommitCharacters ?? long.MaxValue : null;
        return step.Leg.Leg.Health.AskAsync(
            token => run.TryAsync(
                step,
                number => StreamAttempt.OpenAsync(
                    stop => step.Leg.Leg.Leg.Client.GetStreamingResponseAsync(step.Messages, OptionsFor(step, options, number), stop),
                    hold, settings.FirstTokenTimeout, time, token, cancellationToken),
                cancellationToken),
            deadline.Token);
    }

    private async ValueTask<RouteRun> BeginAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, RequestContext context, CancellationToken cancellationToken)
    {
        await keeper.RecallAsync(cancellationToken).ConfigureAwait(false);
        await conversations.RecallAsync(messages, options, cancellationToken).ConfigureAwait(false);
        RoutePlan plan = await planner.PlanAsync(messages, options, cancellationToken).ConfigureAwait(false);
        var journal = new RouteJournal(plan, options?.ModelId, ReceiptRecorder.Of(context), logger);
        foreach (string leg in plan.PassedOver)
        {
            // A small credit each time, so that it is tried again one day.
            memory.Credit(leg, plan.TaskType);
        }

        var run = new RouteRun(plan, messages, options, journal, settings, failures, leg => MessagesFor(plan.Conversation, leg.Leg, messages))
        {
            Audit = audits.Draw(plan, messages, options, context),
        };
        context.Set(new RouteAllowance(() => run.Allowance));
        return run;
    }

    private IReadOnlyList<ChatMessage> MessagesFor(Conversation conversation, LegState leg, IReadOnlyList<ChatMessage> messages) => PortableHistory.For(
        messages,
        message => conversations.AuthorOf(conversation, message) == leg.Id,
        keepsMarks: leg.IsHome);

    // An audit's answer is the strongest model's; the conversation goes on with the model that would have served it.
    private void Remember(RouteRun run, PlannedLeg author, ChatResponse response) => conversations.Remember(
        run.Plan.Conversation,
        run.Messages,
        run.Options,
        author.Leg.Id,
        run.Best is { IsGood: true } audited ? audited.Leg.Leg.Id : author.Leg.Id,
        response,
        run.Plan.IsEscalated || run.HasOutgrownItsModel ? run.Messages.Count : null);
}
