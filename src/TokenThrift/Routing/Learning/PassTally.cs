using System.Runtime.InteropServices;

namespace TokenThrift.Routing;

/// <summary>Counts passes until they are told to others. Bounded; safe for concurrent use.</summary>
internal sealed class PassTally
{
    // Where each request seems to be a kind of work of its own, the kinds say nothing.
    private const int MostKinds = 256;
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Leg, string TaskType), (double Passed, double Count)> _counts = [];
    private int _added;

    public void Add(string leg, string taskType, double passed, double count)
    {
        lock (_lock)
        {
            _added++;
            if (_counts.Count < MostKinds || _counts.ContainsKey((leg, taskType)))
            {
                ref (double Passed, double Count) sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, (leg, taskType), out _);
                sum = (sum.Passed + passed, sum.Count + count);
            }
        }
    }

    /// <summary>Takes out what has come, where that is enough to be worth telling.</summary>
    /// <param name="atLeast">How many there must be.</param>
    /// <returns>The counts, or <see langword="null"/>.</returns>
    public IReadOnlyList<PassCount>? TakeOut(int atLeast)
    {
        lock (_lock)
        {
            if (_added < atLeast)
            {
                return null;
            }

            PassCount[] counts = [.. _counts.Select(c => new PassCount(c.Key.Leg, c.Key.TaskType, c.Value.Passed, c.Value.Count))];
            _counts.Clear();
            _added = 0;
            return counts;
        }
    }
}
