using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>Works out shares, concentration, substitutes and drills from traffic.</summary>
internal sealed class ExposureAnalysis(TrafficTable traffic, SavingsReportOptions options)
{
    private const string Unknown = "unknown";
    private readonly ModelInfo[] _alternatives = Alternatives(traffic, options);

    public ExposureReport Report()
    {
        ExposureAxis vendors = Axis("vendor", key => key.Model?.Vendor);
        ExposureAxis jurisdictions = Axis("jurisdiction", key => key.Model?.Jurisdiction);
        return new ExposureReport(
            [
                vendors,
                jurisdictions,
                Axis("origin", key => key.Model?.Origin),
                Axis("region", key => key.Model?.Region),
                Axis("model", key => key.ModelId),
            ],
            Trend(),
            [.. Names(vendors).Select(Substitute)],
            [
                .. Names(vendors).Select(name => Drill($"vendor {name} gone", key => key.Model?.Vendor == name, model => model.Vendor != name, null)),
                .. Names(vendors).Select(name => Drill($"vendor {name} price x2", key => key.Model?.Vendor == name, model => model.Vendor != name, 2)),
                .. Names(jurisdictions).Select(name => Drill($"jurisdiction {name} closed", key => key.Model?.Jurisdiction == name, model => model.Jurisdiction != name, null)),
            ],
            traffic.ViolationsPrevented,
            [.. _alternatives.Select(model => model.Id)]);
    }

    /// <summary>The Herfindahl-Hirschman index of amounts, 0 to 10,000.</summary>
    public static double Concentration(IEnumerable<long> amounts)
    {
        long[] parts = [.. amounts];
        double total = parts.Sum(part => (double)part);
        return total <= 0 ? 0 : parts.Sum(part => part / total * (part / total)) * 10_000;
    }

    private static IEnumerable<string> Names(ExposureAxis axis) => axis.Shares.Select(share => share.Name).Where(name => name != Unknown);

    /// <summary>The models that traffic could have moved to: allowed, in the catalogue, and with known prices.</summary>
    public static ModelInfo[] Alternatives(TrafficTable traffic, SavingsReportOptions options)
    {
        IEnumerable<string> ids = options.Alternatives ?? traffic.Buckets.Keys.Select(key => key.ModelId).Distinct();
        return [.. ids.Select(options.Catalog.Find).OfType<ModelInfo>().Where(model => model.Prices.IsKnown && options.IsAllowed(model)).DistinctBy(model => model.Id).OrderBy(model => model.Id, StringComparer.Ordinal)];
    }

    private ExposureAxis Axis(string name, Func<TrafficKey, string?> of)
    {
        (string Name, TrafficSum Sum)[] groups =
        [
            .. traffic.Buckets.GroupBy(bucket => of(bucket.Key) ?? Unknown, StringComparer.Ordinal)
                .Select(group => (group.Key, group.Aggregate(new TrafficSum(), (sum, bucket) => sum + bucket.Value.Sum)))
                .OrderByDescending(group => group.Item2.Spent).ThenByDescending(group => group.Item2.Tokens).ThenBy(group => group.Key, StringComparer.Ordinal),
        ];
        double tokens = groups.Sum(group => (double)group.Sum.Tokens);
        double spent = groups.Sum(group => (double)group.Sum.Spent.Value);
        ExposureShare[] shares = [.. groups.Select(group => new ExposureShare(group.Name, group.Sum, Part(group.Sum.Tokens, tokens), Part(group.Sum.Spent.Value, spent)))];
        return new ExposureAxis(
            name,
            shares,
            Concentration(groups.Select(group => group.Sum.Spent.Value)),
            Concentration(groups.Select(group => group.Sum.Tokens)),
            shares.FirstOrDefault(share => share.Name == Unknown)?.TokenShare ?? 0);
    }

    private ConcentrationPoint[] Trend() =>
    [
        .. traffic.Days.GroupBy(day => day.Key.Day).OrderBy(day => day.Key)
            .Select(day => new ConcentrationPoint(day.Key, Concentration(day.Select(part => part.Value)))),
    ];

    private Substitutability Substitute(string vendor)
    {
        long calls = 0, able = 0, proven = 0;
        NanoUsd spent = NanoUsd.Zero, there = NanoUsd.Zero;
        foreach ((TrafficKey key, TrafficBucket bucket) in traffic.Buckets.Where(bucket => bucket.Key.Model?.Vendor == vendor))
        {
            TrafficSum sum = bucket.Sum;
            calls += sum.Calls;
            if (Best(key, bucket, model => model.Vendor != vendor) is { } best)
            {
                able += sum.Calls;
                proven += best.IsProven ? sum.Calls : 0;
                spent += sum.Spent;
                there += best.Cost;
            }
        }

        return new Substitutability(vendor, calls, Part(proven, calls), Part(able, calls), spent, there);
    }

    private ExposureDrill Drill(string name, Func<TrafficKey, bool> isHit, Func<ModelInfo, bool> isLeft, int? priceFactor)
    {
        long affected = 0, unserved = 0, unproven = 0;
        NanoUsd spent = NanoUsd.Zero, cost = NanoUsd.Zero, unservedSpent = NanoUsd.Zero;
        foreach ((TrafficKey key, TrafficBucket bucket) in traffic.Buckets)
        {
            TrafficSum sum = bucket.Sum;
            spent += sum.Spent;
            if (!isHit(key))
            {
                cost += sum.Spent;
                continue;
            }

            affected += sum.Calls;
            NanoUsd? stay = priceFactor is { } factor ? new NanoUsd(checked(sum.Spent.Value * factor)) : null;
            (ModelInfo Model, NanoUsd Cost, bool IsProven)? best = Best(key, bucket, isLeft);
            if (best is { } move && (stay is null || (move.IsProven && move.Cost < stay)))
            {
                cost += move.Cost;
                unproven += move.IsProven ? 0 : sum.Calls;
            }
            else if (stay is { } dearer)
            {
                cost += dearer;
            }
            else
            {
                unserved += sum.Calls;
                unservedSpent += sum.Spent;
            }
        }

        return new ExposureDrill(name, affected, unserved, unproven, spent, cost, unservedSpent);
    }

    // The cheapest proven alternative. Without one, price is all there is to tell how able a model may be: the cheapest
    // that costs no less than what it replaces, else the dearest. A model that nobody judged never makes a loss look like a saving.
    private (ModelInfo Model, NanoUsd Cost, bool IsProven)? Best(TrafficKey key, TrafficBucket bucket, Func<ModelInfo, bool> isLeft)
    {
        NanoUsd spent = bucket.Sum.Spent;
        (ModelInfo Model, NanoUsd Cost, bool IsProven)? best = null;
        foreach (ModelInfo model in _alternatives)
        {
            if (isLeft(model) && bucket.Fits(model, key.Needs) && bucket.CostAt(model) is { } cost)
            {
                (double acceptance, long judged) = traffic.Quality(key.Task, model.Id);
                bool isProven = judged >= options.ProvenAnswers && acceptance >= options.ProvenAcceptance;
                if (best is not { } known || (isProven && !known.IsProven) || (isProven == known.IsProven && IsBetter(cost, known.Cost, isProven, spent)))
                {
                    best = (model, cost, isProven);
                }
            }
        }

        return best;
    }

    private static bool IsBetter(NanoUsd cost, NanoUsd than, bool isProven, NanoUsd spent) =>
        isProven || (cost >= spent && than >= spent) ? cost < than : cost > than;

    private static double Part(double part, double whole) => whole <= 0 ? 0 : part / whole;
}
