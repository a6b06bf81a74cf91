using System.IO.Hashing;
using System.Runtime.InteropServices;
using TokenThrift.Text;

namespace TokenThrift.Caching;

/// <summary>The pairs of question and answer that were reported as wrong and are at hand; the store remembers them all (<see cref="Rejections"/>). Bounded. Used under its owner's lock.</summary>
internal sealed class RejectedPairs
{
    private const int Maximum = 4096;
    private readonly HashSet<ulong> _pairs = [];
    private readonly Queue<ulong> _byAge = new();

    public bool Contains(string question, string group) => _pairs.Count > 0 && _pairs.Contains(PairOf(question, group));

    public void Add(string question, string group)
    {
        ulong pair = PairOf(question, group);
        if (_pairs.Add(pair))
        {
            _byAge.Enqueue(pair);
            if (_pairs.Count > Maximum)
            {
                _pairs.Remove(_byAge.Dequeue());
            }
        }
    }

    private static ulong PairOf(string question, string group) =>
        XxHash3.HashToUInt64(MemoryMarshal.AsBytes(TextFolding.Fold(question).AsSpan()), (long)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(group.AsSpan())));
}
