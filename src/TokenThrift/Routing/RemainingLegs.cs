using TokenThrift.Models;

namespace TokenThrift.Routing;

/// <summary>Who may still be asked for one request: whom the plan holds, less those that were asked, that what happened rules out, or that cost too much.</summary>
/// <param name="plan">The plan.</param>
/// <param name="settings">The limits.</param>
/// <param name="spent">Says what the request has cost so far.</param>
internal sealed class RemainingLegs(RoutePlan plan, RoutingOptions settings, Func<NanoUsd> spent)
{
    private readonly PlannedLeg[] _legs = [.. plan.ByCost, .. plan.Resting];
    private readonly HashSet<int> _gone = [];
    private double _rejectedStrength = double.NegativeInfinity;
    private int _asked;

    /// <summary>Gets what the request may still cost, or <see langword="null"/> for no cap.</summary>
    public NanoUsd? Allowance => settings.CostCap is { } cap ? cap - spent() : null;

    /// <summary>Finds whom to ask next.</summary>
    /// <param name="hasAnswer">Whether there is an answer that could be served for want of a better one; then no deployment is asked while it rests.</param>
    /// <returns>What <see cref="Take"/> takes, or -1 for nobody.</returns>
    public int Next(bool hasAnswer)
    {
        int index = Choose(_rejectedStrength);
        return index >= 0 || hasAnswer ? index : FirstAtRest();
    }

    /// <summary>Says whether a stronger model could take over should this one's answer be refused.</summary>
    public bool CanEscalateFrom(PlannedLeg leg) => Choose(Math.Max(_rejectedStrength, leg.Leg.Prior)) >= 0;

    /// <summary>Says whether a cheap model is left that has not been asked.</summary>
    public bool HasOtherCheap()
    {
        for (int i = 0; i < plan.ByCost.Count; i++)
        {
            if (!_gone.Contains(i) && !plan.ByCost[i].IsReserve && plan.ByCost[i].Leg.Prior < plan.Strongest)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Finds a leg that has not been asked and may be.</summary>
    public int IndexOf(PlannedLeg leg)
    {
        for (int i = 0; i < plan.ByCost.Count; i++)
        {
            if (plan.ByCost[i].Leg == leg.Leg)
            {
                return !_gone.Contains(i) && _asked < settings.MaximumAttempts && Affords(leg) ? i : -1;
            }
        }

        return -1;
    }

    /// <summary>Says whether further calls of a leg fit into what the request may still cost.</summary>
    public bool Affords(PlannedLeg leg, int calls = 1) => Allowance is not { } left || (leg.Cost is { } cost && cost.Value * calls <= left.Value);

    /// <summary>Takes a leg out, because it is asked.</summary>
    public PlannedLeg Take(int index)
    {
        _gone.Add(index);
        _asked++;
        return _legs[index];
    }

    /// <summary>Leaves only stronger models than one whose answer was refused.</summary>
    public void OnlyStrongerThan(double strength) => _rejectedStrength = Math.Max(_rejectedStrength, strength);

    /// <summary>Leaves only the strongest model.</summary>
    public void OnlyStrongest() => OnlyStrongerThan(Math.BitDecrement(plan.ByCost.Max(p => p.Leg.Prior)));

    /// <summary>Leaves only models that are known to take more than a prompt which was too long for one.</summary>
    public void OnlyLargerThan(PlannedLeg leg)
    {
        long tooSmall = leg.Leg.Model.ContextTokens ?? leg.Candidate.Quote?.InputTokens ?? 0;
        Keep(p => p.Leg.Model.ContextTokens > tooSmall);
    }

    /// <summary>Leaves only those whom the application has named: what one vendor's filter refused goes to nobody else.</summary>
    public void OnlyFilterPeers() => Keep(p => settings.ContentFilterPeers.Contains(p.Leg.Id, StringComparer.OrdinalIgnoreCase));

    private void Keep(Func<PlannedLeg, bool> stays)
    {
        for (int i = 0; i < _legs.Length; i++)
        {
            if (!stays(_legs[i]))
            {
                _gone.Add(i);
            }
        }
    }

    private int FirstAtRest()
    {
        for (int i = plan.ByCost.Count; i < _legs.Length && _asked < settings.MaximumAttempts; i++)
        {
            if (!_gone.Contains(i) && Affords(_legs[i]))
            {
                return i;
            }
        }

        return -1;
    }

    private int Choose(double rejectedStrength)
    {
        NanoUsd? left = Allowance;
        int index = Among(_gone);
        if (index < 0 || !plan.ByCost[index].Leg.Health.Rests)
        {
            return index;
        }

        // It has come to rest since the plan was made, perhaps with another of its deployment: others first.
        HashSet<int> passedBy = [.. _gone];
        int other = index;
        while (other >= 0 && plan.ByCost[other].Leg.Health.Rests)
        {
            passedBy.Add(other);
            other = Among(passedBy);
        }

        return other >= 0 ? other : settings.WhenAllRest == WhenAllRest.AskFirstToRecover ? index : -1;

        int Among(HashSet<int> gone) => NextLeg.Choose(plan.ForChoice, gone, rejectedStrength, settings.MaximumAttempts - _asked, left);
    }
}
