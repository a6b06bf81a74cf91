using System.Globalization;
using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>Works out what the same tokens cost elsewhere and at other prices.</summary>
internal sealed class PriceAnalysis(TrafficTable traffic, SavingsReportOptions options, DateTimeOffset? asOf)
{
    public PriceWatch Report()
    {
        PriceComparison[] comparisons =
        [
            .. options.Catalog.Models.Where(model => model.Prices.IsKnown && options.IsAllowed(model)).Select(Compare).Where(row => row.CallsItCanTake > 0)
                .OrderByDescending(row => row.CallsItCanTake).ThenBy(row => row.AtListPrice).ThenBy(row => row.ModelId, StringComparer.Ordinal),
        ];
        return new PriceWatch(comparisons, [.. Tasks().Take(options.MaxRows)], [.. Changes()], [.. Warnings()]);
    }

    private PriceComparison Compare(ModelInfo model)
    {
        long calls = 0;
        NanoUsd spent = NanoUsd.Zero, there = NanoUsd.Zero;
        foreach ((TrafficKey key, TrafficBucket bucket) in traffic.Buckets)
        {
            if (bucket.Fits(model, key.Needs) && bucket.CostAt(model) is { } cost)
            {
                TrafficSum sum = bucket.Sum;
                calls += sum.Calls;
                spent += sum.Spent;
                there += cost;
            }
        }

        return new PriceComparison(model.Id, model.Vendor, model.PricedOn, model.Prices.Input!.Value, model.Prices.Output!.Value, calls, spent, there);
    }

    private IEnumerable<TaskPrice> Tasks()
    {
        ModelInfo[] alternatives = ExposureAnalysis.Alternatives(traffic, options);
        return traffic.Buckets.GroupBy(bucket => bucket.Key.Task, StringComparer.Ordinal)
            .Select(task => new TaskPrice(
                task.Key,
                task.Sum(bucket => bucket.Value.Sum.Calls),
                task.Aggregate(NanoUsd.Zero, (sum, bucket) => sum + bucket.Value.Sum.Spent),
                alternatives.ToDictionary(model => model.Id, model => CostAt(task, model), StringComparer.Ordinal)))
            .OrderByDescending(task => task.Spent).ThenBy(task => task.Task, StringComparer.Ordinal);
    }

    private static NanoUsd? CostAt(IEnumerable<KeyValuePair<TrafficKey, TrafficBucket>> buckets, ModelInfo model)
    {
        NanoUsd sum = NanoUsd.Zero;
        foreach ((TrafficKey key, TrafficBucket bucket) in buckets)
        {
            if (!bucket.Fits(model, key.Needs) || bucket.CostAt(model) is not { } cost)
            {
                return null;
            }

            sum += cost;
        }

        return sum;
    }

    private IEnumerable<PriceChange> Changes() =>
        traffic.Buckets.GroupBy(bucket => bucket.Key.ModelId, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group =>
        {
            ModelInfo? model = options.Catalog.Find(group.Key);
            NanoUsd spent = group.Aggregate(NanoUsd.Zero, (sum, bucket) => sum + bucket.Value.Sum.Spent);
            NanoUsd? now = model is null ? null : group.Aggregate((NanoUsd?)NanoUsd.Zero, (sum, bucket) => sum is { } s && bucket.Value.CostAt(model) is { } cost ? s + cost : null);
            return new PriceChange(group.Key, spent, now);
        });

    private IEnumerable<string> Warnings()
    {
        DateOnly today = DateOnly.FromDateTime((asOf ?? DateTimeOffset.UnixEpoch).UtcDateTime);
        foreach (string id in traffic.Buckets.Keys.Select(key => key.ModelId).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            switch (options.Catalog.Find(id))
            {
                case null:
                    yield return $"{id} is not in the catalogue: its price, vendor and jurisdiction are not known.";
                    break;
                case { Prices.IsKnown: false }:
                    yield return $"{id} has no known price.";
                    break;
                case { PricedOn: null }:
                    yield return $"{id}: nobody knows when its price was read.";
                    break;
                case { PricedOn: { } day } when today.DayNumber - day.DayNumber > options.OldPriceDays:
                    yield return string.Create(CultureInfo.InvariantCulture, $"{id}: its price is {today.DayNumber - day.DayNumber} days old (read on {day:yyyy-MM-dd}).");
                    break;
            }
        }
    }
}
