using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>Cost over time, as fine as a few hundred points allow. Not safe for concurrent use.</summary>
internal sealed class CostSeries
{
    private const int MostPoints = 400;
    private static readonly TimeSpan[] Steps =
    [
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(6), TimeSpan.FromDays(1), TimeSpan.FromDays(7), TimeSpan.FromDays(30),
    ];

    private Dictionary<long, CostPoint> _points = [];
    private int _step;

    public void Add(ThriftReceipt receipt, long tokens)
    {
        NanoUsd baseline = SummaryBuilder.IsPriced(receipt) ? receipt.Baseline!.Value : NanoUsd.Zero;
        NanoUsd spent = SummaryBuilder.IsPriced(receipt) ? receipt.Spent!.Value : NanoUsd.Zero;
        Put(_points, new CostPoint(receipt.StartedAt.ToUniversalTime(), baseline, spent, tokens));
        while (_points.Count > MostPoints && _step < Steps.Length - 1)
        {
            _step++;
            Dictionary<long, CostPoint> finer = _points;
            _points = [];
            foreach (CostPoint point in finer.Values)
            {
                Put(_points, point);
            }
        }
    }

    public IReadOnlyList<CostPoint> ToPoints() => [.. _points.Values.OrderBy(point => point.At)];

    private void Put(Dictionary<long, CostPoint> points, CostPoint point)
    {
        long ticks = point.At.Ticks - (point.At.Ticks % Steps[_step].Ticks);
        CostPoint old = points.GetValueOrDefault(ticks) ?? new CostPoint(new DateTimeOffset(ticks, TimeSpan.Zero), NanoUsd.Zero, NanoUsd.Zero, 0);
        points[ticks] = old with { Baseline = old.Baseline + point.Baseline, Spent = old.Spent + point.Spent, Tokens = old.Tokens + point.Tokens };
    }
}
