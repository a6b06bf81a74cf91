using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Budgets;

/// <summary>Decides which rung a request stands on. Remembers only which warnings were given.</summary>
internal sealed class BudgetLadder(BudgetLadderOptions options, BudgetLog log)
{
    private const int MostWarnings = 10_000;
    private readonly ConcurrentDictionary<(BudgetScope Scope, Limit Limit, DateTimeOffset? ResetsAt), bool> _warned = new();

    /// <summary>What is asked of the client below.</summary>
    internal sealed record Step(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)
    {
        public bool HasAskedHuman { get; init; }

        /// <summary>Gets the request that this step wraps up, or <see langword="null"/>.</summary>
        public Step? WrapsUp { get; init; }
    }

    public Step Begin(Step step, IReadOnlyList<BudgetState> states, RequestContext context)
    {
        if (states.Count == 0)
        {
            return step;
        }

        BudgetState nearest = states.MaxBy(s => s.Used)!;
        context.Set(new SpendPressure(nearest.Used));
        Warn(states, context);
        if (options.TellModelAt is { } tell && nearest.Used >= tell && IsFirstNotice(context))
        {
            step = step with { Messages = [.. step.Messages, new ChatMessage(ChatRole.System, Notice(nearest))] };
        }

        return options.ShrinkAt is { } shrink && nearest.Used >= shrink ? step with { Options = Shrink(step.Options) } : step;
    }

    /// <summary>Finds what to ask next after a refusal.</summary>
    /// <returns>The next step, or <see langword="null"/> when there is none.</returns>
    public async ValueTask<Step?> NextAsync(Step step, BudgetExceededException refusal, RequestContext context, CancellationToken cancellationToken)
    {
        if (refusal.Refusal != BudgetRefusal.LimitReached)
        {
            return null;
        }

        if (options.WrapUp && step is { WrapsUp: null, HasAskedHuman: false } && KeepsReserve(context.Task))
        {
            ChatOptions final = step.Options?.Clone() ?? new ChatOptions();
            final.ToolMode = final.Tools is { Count: > 0 } ? ChatToolMode.None : final.ToolMode;
            BudgetSettings.IsFinal.Set(final, true);
            return step with { Messages = [.. step.Messages, new ChatMessage(ChatRole.User, options.WrapUpInstruction)], Options = final, WrapsUp = step };
        }

        // What a person allows is the request itself, with its tools.
        return options.AskHuman is { } ask && !step.HasAskedHuman && await IsAllowedAsync(ask, refusal, cancellationToken).ConfigureAwait(false)
            ? (step.WrapsUp ?? step) with { HasAskedHuman = true }
            : null;
    }

    public ChatMessage? FinalMessage(BudgetExceededException refusal) => options.Stop == BudgetStop.FinalMessage
        ? new ChatMessage(ChatRole.Assistant, refusal.Message)
        : null;

    // Where nobody could be asked nobody has said yes: the refusal stands.
    private async ValueTask<bool> IsAllowedAsync(
        Func<BudgetExceededException, CancellationToken, ValueTask<bool>> ask, BudgetExceededException refusal, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(refusal, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            log.HandlerFailed(nameof(BudgetLadderOptions.AskHuman), e);
            return false;
        }
    }

    private static bool KeepsReserve(TaskNode? task) => task?.Chain().Any(node => TaskBudget.Of(node).FinalReserve > 0) == true;

    private static bool IsFirstNotice(RequestContext context) => context.Task is not { } task || task.GetOrAdd(() => new NoticeMark()).TryTake();

    private static string Notice(BudgetState state) =>
        $"Budget notice: of {state.Limit} for this {state.Scope.Kind.ToString().ToLowerInvariant()}, {Limit.Format(state.Limit.Meter, Math.Max(0, state.Left))} is left. Be brief, and finish with what you have.";

    private void Warn(IReadOnlyList<BudgetState> states, RequestContext context)
    {
        if (options is not { WarnAt: { } at, OnWarning: { } warn })
        {
            return;
        }

        foreach (BudgetState state in states.Where(s => s.Used >= at))
        {
            if (_warned.Count >= MostWarnings)
            {
                _warned.Clear();
            }

            // A rolling window never turns as a whole, so it warns once until the memory is cleared.
            DateTimeOffset? window = state.Limit.Window.Period == BudgetPeriod.Rolling ? null : state.ResetsAt;
            if (_warned.TryAdd((state.Scope, state.Limit, window), true))
            {
                try
                {
                    warn(new BudgetWarning(state, context.Identity, context.Task is { } task ? TaskBudget.Of(task).Summarize(new(BudgetScopeKind.Task, task.Id)) : null));
                }
                catch (Exception e)
                {
                    // An application's own handler must not break its call.
                    log.HandlerFailed(nameof(BudgetLadderOptions.OnWarning), e);
                }
            }
        }
    }

    private ChatOptions Shrink(ChatOptions? original)
    {
        ChatOptions shrunk = original?.Clone() ?? new ChatOptions();
        if (shrunk.MaxOutputTokens is not > 0 || shrunk.MaxOutputTokens > options.ShrunkOutput)
        {
            shrunk.MaxOutputTokens = options.ShrunkOutput;
            BudgetSettings.IsShrunk.Set(shrunk, true);
        }

        if (shrunk.Reasoning is { Effort: { } effort } reasoning && effort > options.ShrunkEffort)
        {
            shrunk.Reasoning = new ReasoningOptions { Effort = options.ShrunkEffort, Output = reasoning.Output };
        }

        return shrunk;
    }

    private sealed class NoticeMark
    {
        private int _taken;

        public bool TryTake() => Interlocked.Exchange(ref _taken, 1) == 0;
    }
}
