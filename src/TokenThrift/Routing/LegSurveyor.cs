using System.Globalization;
using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>Finds out which legs may and can serve a request, and what they would charge. Only a leg that passes every other filter is asked for a quote.</summary>
internal sealed class LegSurveyor(IReadOnlyList<LegState> legs, ModelPolicy? policy, OutputLengths lengths, RoutingOptions settings)
{
    /// <summary>Says why the policy keeps a request from a model, or <see langword="null"/>.</summary>
    public string? Forbids(ModelInfo model, ChatOptions? options) => Exclusions(model, options) is { Count: > 0 } reasons ? $"policy: {string.Join("; ", reasons)}" : null;

    /// <summary>Says why the policy keeps a request from a model; empty where it does not.</summary>
    public IReadOnlyList<string> Exclusions(ModelInfo model, ChatOptions? options) =>
        policy?.Exclusions(model, RequestSettings.DataClassification.GetOrDefault(options, null!)) ?? [];

    /// <summary>Asks all legs.</summary>
    /// <param name="messages">The messages of the request.</param>
    /// <param name="options">The options of the request, or <see langword="null"/>.</param>
    /// <param name="conversation">The conversation that the request continues.</param>
    /// <param name="taskType">What kind of work the request is.</param>
    /// <param name="predictions">The predicted quality of each leg.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public async ValueTask<LegSurvey> SurveyAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions? options, Conversation conversation, string taskType, double[] predictions, CancellationToken cancellationToken)
    {
        var survey = new LegSurvey();
        RequestNeeds needs = RequestNeeds.Of(messages, options);
        List<PlannedLeg>? resting = null;
        List<PlannedLeg>? refusing = null;
        double best = predictions.Max();
        for (int i = 0; i < legs.Count; i++)
        {
            LegState leg = legs[i];
            var planned = new PlannedLeg(leg, new RoutingCandidate(leg.Model) { PredictedQuality = predictions[i] }, RoutingMemory.Keep(predictions, i)) { Best = best };
            if ((Forbids(leg.Model, options) ?? LegFilter.Exclude(leg.Model, needs) ?? RunsElsewhere(leg, needs) ?? HeldElsewhere(leg, conversation)) is { } unable)
            {
                survey.Exclude(planned, unable);
                continue;
            }

            survey.Strongest = Math.Max(survey.Strongest, leg.Prior);
            if (leg.Health.Rests)
            {
                survey.RetryAt = Earlier(survey.RetryAt, leg.Health.RestsUntil);
                (resting ??= []).Add(planned);
                continue;
            }

            if (await QuoteAsync(planned).ConfigureAwait(false) is { } able)
            {
                survey.Able.Add(able);
            }
        }

        foreach (PlannedLeg rests in (resting ?? []).OrderBy(p => p.Leg.Health.RestsUntil))
        {
            if (settings.WhenAllRest == WhenAllRest.Throw)
            {
                survey.Exclude(rests, ReasonOfRest(rests));
            }
            else if (await QuoteAsync(rests).ConfigureAwait(false) is { } able)
            {
                survey.Resting.Add(able);
            }
        }

        if (survey.Able.Count == 0 && survey.Resting.Count > 0)
        {
            // Everybody who could serve rests: the one that recovers first is asked rather than nobody.
            survey.Able.Add(survey.Resting[0]);
            survey.Resting.RemoveAt(0);
            survey.Reason = "first-to-recover";
        }

        survey.Resting.ForEach(p => survey.Exclude(p, ReasonOfRest(p)));
        if (survey.Able.Count == 0 && refusing is { Count: > 0 })
        {
            // A quote is an estimate. The leg itself may wait its turn, or refuses with what the application can act on.
            PlannedLeg cheapest = refusing.Order(Comparer<PlannedLeg>.Create(static (a, b) => RoutePlanner.ByCost(a.Cost, b.Cost))).First();
            survey.Able.Add(cheapest);
            survey.Excluded.RemoveAll(candidate => candidate.Model.Id == cheapest.Leg.Id);
            survey.Reason = "all-refuse";
        }

        return survey;

        async ValueTask<PlannedLeg?> QuoteAsync(PlannedLeg planned)
        {
            CallQuote quote = await planned.Leg.QuoteAsync(messages, options, cancellationToken).ConfigureAwait(false);
            quote = OfLikeLength(quote, planned.Leg, lengths.Expect(taskType, planned.Leg.Id), needs.OutputTokens);
            planned = planned with { Candidate = planned.Candidate with { Quote = quote, RankedCost = quote.Expected } };
            if (LegFilter.Exclude(planned.Leg.Model, needs, quote) is not { } reason)
            {
                return planned;
            }

            // A leg that has the capability, the room and a price is held back by what is left of a budget.
            if (!quote.Fits && quote.Expected is not null && LegFilter.Exclude(planned.Leg.Model, needs, quote with { Refusal = null }) is null)
            {
                (refusing ??= []).Add(planned);
            }

            survey.Exclude(planned, reason);
            return null;
        }
    }

    private static string ReasonOfRest(PlannedLeg planned) => string.Create(CultureInfo.InvariantCulture, $"health: rests until {planned.Leg.Health.RestsUntil:HH:mm:ss}Z");

    // Each leg quotes by what it has seen; one that has seen nothing guesses, and a guess must not decide who is the cheaper.
    private static CallQuote OfLikeLength(CallQuote quote, LegState leg, double? expected, int? most)
    {
        if (expected is not { } tokens || quote.Expected is not { } cost || leg.Model.Prices.ForInput(quote.InputTokens).Output is not { } price)
        {
            return quote;
        }

        long output = Math.Min((long)Math.Ceiling(tokens), Math.Min(most ?? long.MaxValue, leg.Model.MaxOutputTokens ?? long.MaxValue));
        return quote with { OutputTokens = output, Expected = new NanoUsd(Math.Max(0, cost.Value + (long)((Int128)(output - quote.OutputTokens) * price / 1_000))) };
    }

    // A tool that the application does not run itself is run by the vendor that it was meant for.
    private static string? RunsElsewhere(LegState leg, RequestNeeds needs) =>
        needs.HasHostedTools && !leg.IsHome ? "capability: a tool of the request is hosted by the default model's vendor" : null;

    // Where nobody knows whose it is, the default leg is the one that the application had before it had a router.
    private string? HeldElsewhere(LegState leg, Conversation conversation)
    {
        string holder = conversation.Holder ?? legs[0].Id;
        return conversation.NeedsHolder && leg.Id != holder ? $"state: a part of the conversation is held by the provider of {holder}" : null;
    }

    private static DateTimeOffset Earlier(DateTimeOffset? known, DateTimeOffset other) => known is { } at && at < other ? at : other;
}
