using TokenThrift.Models;

namespace TokenThrift.Budgets;

/// <summary>Decides how much to hold for a call and which output limit to send. A function of plain values.</summary>
internal static class HoldPlanner
{
    /// <summary>The facts of a call.</summary>
    internal readonly record struct Facts
    {
        public ModelInfo? Model { get; init; }

        /// <summary>Gets the bound of the input in tokens, or <see langword="null"/> when there is none.</summary>
        public long? InputBound { get; init; }

        /// <summary>Gets the output limit that the caller set, or <see langword="null"/>.</summary>
        public int? RequestedOutput { get; init; }

        /// <summary>Gets what takes the size or the price of the call out of our hands.</summary>
        public CallHazards Hazards { get; init; }

        /// <summary>Gets how often the client below may send the request.</summary>
        public int RequestsPerCall { get; init; }
    }

    public static BudgetPlan Plan(Facts facts, IReadOnlyList<BudgetState> limits, BudgetOptions options)
    {
        ModelInfo? model = facts.Model;
        bool isEnforced = !options.Observe;
        bool capsUsd = isEnforced && Caps(limits, BudgetMeter.Usd);
        bool capsOutput = isEnforced && (Caps(limits, BudgetMeter.Tokens) || Caps(limits, BudgetMeter.OutputTokens));
        bool capsInput = isEnforced && (Caps(limits, BudgetMeter.Tokens) || Caps(limits, BudgetMeter.InputTokens));
        if (capsUsd && model?.Prices.IsKnown != true)
        {
            return BudgetPlan.Refuse(model, BudgetRefusal.UnknownPrice, $"The price of model '{model?.Id ?? "unknown"}' is not known, so a limit on money does not allow it. Add its prices to the catalogue.");
        }

        CallHazards hazards = facts.Hazards;
        bool capsTokens = capsUsd || capsInput || capsOutput;
        if (capsUsd && hazards.HasAudio)
        {
            return BudgetPlan.Refuse(model, BudgetRefusal.UnknownPrice, "The input holds sound, which is billed at prices of its own that the catalogue does not have, so a limit on money does not allow it.");
        }

        if (capsTokens && hazards.HostedTool is { } tool && options.InputBound == InputBound.Strict)
        {
            return BudgetPlan.Refuse(model, BudgetRefusal.Unbounded, $"The tool '{tool}' runs at the provider, where it can read and be billed without a bound, so a limit does not allow it. InputBound.Calibrated lets it through and reports what goes beyond the hold.");
        }

        if (capsTokens && hazards.HasUnknownChoices)
        {
            return BudgetPlan.Refuse(model, BudgetRefusal.Unbounded, "The request asks for a number of answers that cannot be read, so a limit does not allow it.");
        }

        long? window = model?.MaxInputTokens ?? model?.ContextTokens;
        long? input = facts.InputBound is { } bound && window is { } w ? Math.Min(bound, w) : facts.InputBound ?? window;
        if (input is null && (capsUsd || capsInput))
        {
            return BudgetPlan.Refuse(model, BudgetRefusal.Unbounded, "The input holds content whose size in tokens cannot be bounded, and the context window of the model is not known, so a limit does not allow it.");
        }

        int requests = Math.Max(1, facts.RequestsPerCall);
        int choices = 1 + hazards.MoreChoices;
        int? asked = facts.RequestedOutput > 0 ? facts.RequestedOutput : null;
        long? most = model?.MaxOutputTokens ?? model?.ContextTokens;
        long? output;
        int? write = null;
        bool isCut = false;
        if (!capsUsd && !capsOutput)
        {
            // Nothing caps the output: the request goes as it is, and the hold only informs.
            output = Smaller(asked, most) ?? options.DefaultMaxOutput;
        }
        else if (hazards.OutputIsOutOfHand)
        {
            output = most;
            if (output is null)
            {
                return BudgetPlan.Refuse(model, BudgetRefusal.Unbounded, "A raw-representation factory or an additional property may override the output limit, and the model's own limit is not known, so a limit does not allow the call.");
            }
        }
        else if (asked is not null)
        {
            output = Smaller(asked, most);
            write = (int)Math.Min(int.MaxValue, output!.Value);
        }
        else
        {
            long wanted = Math.Min(options.DefaultMaxOutput, most ?? long.MaxValue);
            output = Math.Min(wanted, Math.Max(Affordable(model, input ?? 0, limits, requests) / choices, Math.Min(options.MinOutput, wanted)));
            write = (int)output.Value;
            isCut = output < (most ?? long.MaxValue);
        }

        long inputTokens = Clamp((Int128)(input ?? 0) * requests);
        long ofAllChoices = Clamp((Int128)(output ?? 0) * choices);
        long outputTokens = Clamp((Int128)ofAllChoices * requests);
        NanoUsd? one = model is null ? null : HoldPrice.Of(model.Prices, input ?? 0, ofAllChoices);
        return new BudgetPlan
        {
            Model = model,
            WorstCase = new BudgetAmounts
            {
                Usd = one is { } usd ? new NanoUsd(Clamp((Int128)usd.Value * requests)) : default,
                InputTokens = inputTokens,
                OutputTokens = outputTokens,
                Calls = 1,
                Milliseconds = Caps(limits, BudgetMeter.Time) ? 1 : 0,
            },
            WriteOutput = write,
            IsCut = isCut,
        };
    }

    private static bool Caps(IReadOnlyList<BudgetState> limits, BudgetMeter meter)
    {
        foreach (BudgetState state in limits)
        {
            if (state.Limit.Meter == meter)
            {
                return true;
            }
        }

        return false;
    }

    // Measured against what is spent, not against what others hold: those holds mostly come back, and waiting is better than a shorter answer.
    private static long Affordable(ModelInfo? model, long input, IReadOnlyList<BudgetState> limits, int requests)
    {
        long affordable = long.MaxValue;
        foreach (BudgetState state in limits)
        {
            long left = Math.Max(0, state.Limit.Amount - state.Posted) / requests;
            long? tokens = state.Limit.Meter switch
            {
                BudgetMeter.Usd => model is null ? null : HoldPrice.Affordable(model.Prices, input, new NanoUsd(left)),
                BudgetMeter.Tokens => Math.Max(0, left - input),
                BudgetMeter.OutputTokens => left,
                _ => null,
            };
            affordable = Math.Min(affordable, tokens ?? long.MaxValue);
        }

        return affordable;
    }

    private static long? Smaller(long? a, long? b) => a is null ? b : b is null ? a : Math.Min(a.Value, b.Value);

    private static long Clamp(Int128 value) => value > BudgetAmounts.Max ? BudgetAmounts.Max : (long)value;
}
