using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>The shares of vendors and jurisdictions in what the last receipts cost, within a window of time.</summary>
/// <remarks>
/// A sink: every receipt that it is given counts by the time at which its request came in, so a process can be primed from
/// the receipts of the one before. Memory does not grow with the number of receipts. Safe for concurrent use.
/// </remarks>
public sealed class SpendShares : ISpendShares, IReceiptSink
{
    private const int Slots = 64;

    private readonly Lock _lock = new();
    private readonly Slot[] _slots = new Slot[Slots];
    private readonly TimeProvider _time;
    private readonly long _width;

    /// <summary>Initializes a new instance of the <see cref="SpendShares"/> class.</summary>
    /// <param name="window">The time over which shares are measured, in steps of a sixty-fourth of it; <see langword="null"/> for 30 days.</param>
    /// <param name="time">The clock; <see langword="null"/> for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window is shorter than a minute.</exception>
    public SpendShares(TimeSpan? window = null, TimeProvider? time = null)
    {
        TimeSpan length = window ?? TimeSpan.FromDays(30);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, TimeSpan.FromMinutes(1), nameof(window));
        _width = length.Ticks / Slots;
        _time = time ?? TimeProvider.System;
        for (int i = 0; i < Slots; i++)
        {
            _slots[i] = new Slot();
        }
    }

    /// <inheritdoc/>
    public SpendShare OfVendor(string? vendor) => Sum(slot => slot.Vendors.GetValueOrDefault(vendor ?? ShareCapOptions.Unknown));

    /// <inheritdoc/>
    public SpendShare OfJurisdiction(string? jurisdiction)
    {
        string name = jurisdiction ?? ShareCapOptions.Unknown;
        return string.Equals(name, "EU", StringComparison.OrdinalIgnoreCase)
            ? Sum(slot => slot.Jurisdictions.Sum(pair => EuropeanUnion.Has(pair.Key) ? pair.Value : 0))
            : Sum(slot => slot.Jurisdictions.GetValueOrDefault(name));
    }

    /// <inheritdoc/>
    public ValueTask AddAsync(ThriftReceipt receipt, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        long now = Step(_time.GetUtcNow());

        // A clock that ran ahead must not clear the slots of the present.
        long step = Math.Min(now, Step(receipt.StartedAt));
        if (step > now - Slots)
        {
            lock (_lock)
            {
                Slot slot = _slots[step % Slots];
                if (slot.Step < step)
                {
                    slot.Clear(step);
                }

                foreach (CallRecord call in receipt.Calls)
                {
                    if (slot.Step == step && call.Cost is { Value: not 0 } cost)
                    {
                        slot.Add(call.Model, cost);
                    }
                }
            }
        }

        return ValueTask.CompletedTask;
    }

    private long Step(DateTimeOffset time) => time.UtcTicks / _width;

    private SpendShare Sum(Func<Slot, long> part)
    {
        long now = Step(_time.GetUtcNow());
        long spent = 0;
        long total = 0;
        lock (_lock)
        {
            foreach (Slot slot in _slots)
            {
                if (slot.Step > now - Slots)
                {
                    spent = checked(spent + part(slot));
                    total = checked(total + slot.Total);
                }
            }
        }

        return new SpendShare(new NanoUsd(spent), new NanoUsd(total));
    }

    private sealed class Slot
    {
        public long Step { get; private set; } = -1;

        public long Total { get; private set; }

        public Dictionary<string, long> Vendors { get; } = new(StringComparer.OrdinalIgnoreCase);

        public Dictionary<string, long> Jurisdictions { get; } = new(StringComparer.OrdinalIgnoreCase);

        public void Clear(long step)
        {
            Step = step;
            Total = 0;
            Vendors.Clear();
            Jurisdictions.Clear();
        }

        public void Add(ModelInfo? model, NanoUsd cost)
        {
            Total = checked(Total + cost.Value);
            Add(Vendors, model?.Vendor, cost.Value);
            Add(Jurisdictions, model?.Jurisdiction, cost.Value);
        }

        private static void Add(Dictionary<string, long> sums, string? name, long cost) =>
            sums[name ?? ShareCapOptions.Unknown] = checked(sums.GetValueOrDefault(name ?? ShareCapOptions.Unknown) + cost);
    }
}
