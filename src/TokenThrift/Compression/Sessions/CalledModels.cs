using System.Collections.Concurrent;

namespace TokenThrift.Compression.Sessions;

/// <summary>Remembers which model was called last with a history, so that a leg knows which calls of a conversation went elsewhere. Safe for concurrent use.</summary>
internal sealed class CalledModels
{
    private const int Largest = 16_384;
    private readonly ConcurrentDictionary<UInt128, string> _models = new();

    public void Add(UInt128 history, string model)
    {
        if (_models.Count >= Largest)
        {
            // Forgetting costs a free moment to compact, never bytes that the log does not tell of.
            _models.Clear();
        }

        _models[history] = model;
    }

    /// <summary>Says whether a call with a history is known to have gone to another model.</summary>
    public bool WentElsewhere(UInt128 history, string model) => _models.TryGetValue(history, out string? called) && called != model;
}
