using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TokenThrift.Lessons;

/// <summary>Keeps the lessons of one learner in a shared store: a restart begins where the last one stood, and processes learn from one another. Safe for concurrent use.</summary>
/// <typeparam name="T">What a lesson is.</typeparam>
/// <remarks>
/// Each writer appends to segments of its own and lists them under the learner's key, where it finds those of the others. The segment that is not full yet
/// is written anew as it grows, so what is lost with a process is a few lessons at most, and none that others must know at once. When two list theirs at the same moment, the one
/// is not listed until it writes again. A store that loses anything costs what would have been learnt from it, and nothing else.
/// Whatever fails is reported and stepped over, and the store is left in peace for a while; only cancellation passes through.
/// </remarks>
/// <param name="store">The store.</param>
/// <param name="form">The form of a lesson as JSON, in one line.</param>
/// <param name="key">The learner's key.</param>
/// <param name="writer">Under what name it writes here: unlike in any other process.</param>
/// <param name="life">How long a lesson is kept.</param>
/// <param name="guard">Calls the store: to read at the start ("recall"), and to exchange later ("exchange").</param>
/// <param name="time">The clock.</param>
internal sealed class LessonJournal<T>(ILessonStore store, JsonTypeInfo<T> form, string key, string writer, TimeSpan life, StoreGuard guard, TimeProvider time)
    where T : class, ILesson
{
    // Of all writers: as many lessons as are ever learnt from.
    private const int MostSegments = 128;
    private const int ReadAtOnce = 16;

    // Of its own that could not be written yet.
    private const int MostWaiting = 8;

    private readonly Lock _lock = new();
    private readonly Queue<LessonSegment> _full = new();

    // How far each writer was read: up to which lesson of which segment; and when it was last listed.
    private readonly Dictionary<string, (long Number, int Lessons, double At)> _read = new(StringComparer.Ordinal);
    private string _writer = writer;
    private LessonSegment _open = new(0);
    private long _first;
    private volatile bool _isRecalled;
    private TaskCompletionSource? _recalling;
    private int _busy;

    /// <summary>Gets a value indicating whether the learner has what was kept when it began.</summary>
    public bool IsRecalled => _isRecalled;

    /// <summary>Gets how many have written what was read last, at least 1.</summary>
    public int Writers => Math.Max(1, _read.Count);

    /// <summary>Gets how many characters it holds that are not written for good.</summary>
    public int Length
    {
        get
        {
            lock (_lock)
            {
                return _open.Length;
            }
        }
    }

    /// <summary>Gives the learner what is kept, once; who comes meanwhile waits. What cannot be read in time is done without.</summary>
    /// <param name="recall">Takes in the lessons, the oldest first.</param>
    /// <param name="cancellationToken">Cancels the wait; another request begins again.</param>
    public async ValueTask RecallAsync(Func<IReadOnlyList<T>, CancellationToken, ValueTask> recall, CancellationToken cancellationToken)
    {
        if (!_isRecalled && !await guard.TryAsync("recall", token => RecallOnceAsync(recall, token), cancellationToken).ConfigureAwait(false))
        {
            GiveUp();
        }
    }

    /// <summary>Writes what is due, and gives the learner what others have written since it read them last. One at a time does; who comes meanwhile goes on.</summary>
    /// <param name="recall">Takes in the lessons of others.</param>
    /// <param name="cancellationToken">Cancels it; the next will do it.</param>
    public async ValueTask ExchangeAsync(Func<IReadOnlyList<T>, CancellationToken, ValueTask> recall, CancellationToken cancellationToken)
    {
        if (!guard.IsResting)
        {
            await guard.TryAsync("exchange", token => ExchangeOnceAsync(recall, token), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Goes on without what is kept, under another name: what was written before under this one must not be overwritten.</summary>
    public void GiveUp()
    {
        lock (_lock)
        {
            if (_isRecalled)
            {
                return;
            }

            _writer = Guid.NewGuid().ToString("N");
            _isRecalled = true;
        }
    }

    /// <summary>Appends a lesson. Returns whether <see cref="ExchangeAsync"/> is due.</summary>
    /// <param name="lesson">The lesson.</param>
    /// <param name="tags">The tags that end it.</param>
    public bool Add(T lesson, IReadOnlyCollection<string> tags)
    {
        if (!_isRecalled)
        {
            // Forgotten to make room while a request was under way: what was written before must be found first, or it would be overwritten.
            return false;
        }

        string line = JsonSerializer.Serialize(lesson, form);
        lock (_lock)
        {
            if (!_open.Add(line, lesson, tags))
            {
                return false;
            }

            // A lesson ends with the first of its segment.
            if (!_open.IsFull && lesson.At - _open.At <= life.TotalMilliseconds / 2)
            {
                return _open.IsDue;
            }

            _full.Enqueue(_open);
            _open = new LessonSegment(_open.Number + 1);
            if (_full.Count > MostWaiting)
            {
                _full.Dequeue();
            }

            return true;
        }
    }

    private async ValueTask RecallOnceAsync(Func<IReadOnlyList<T>, CancellationToken, ValueTask> recall, CancellationToken cancellationToken)
    {
        while (!_isRecalled)
        {
            Task? other;
            var own = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_lock)
            {
                if (_isRecalled)
                {
                    return;
                }

                other = _recalling?.Task;
                _recalling ??= own;
            }

            if (other is not null)
            {
                await other.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            // It may take longer than anybody waits for it, and nothing is exchanged meanwhile.
            Volatile.Write(ref _busy, 1);
            try
            {
                await RecallCoreAsync(recall, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                Volatile.Write(ref _busy, 0);
                lock (_lock)
                {
                    _recalling = null;
                }

                own.SetResult();
            }
        }
    }

    private async ValueTask ExchangeOnceAsync(Func<IReadOnlyList<T>, CancellationToken, ValueTask> recall, CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref _busy, 1, 0) != 0)
        {
            return;
        }

        try
        {
            (long Number, int Lessons)? last = await WriteAsync(cancellationToken).ConfigureAwait(false);
            List<LessonList> writers = await ReadListAsync(cancellationToken).ConfigureAwait(false);
            writers.RemoveAll(other => other.Writer == _writer);
            if (last is (var number, var lessons))
            {
                var own = new LessonList(_writer, Math.Max(_first, number - MostSegments + 1), number, lessons, time.GetUtcNow().ToUnixTimeMilliseconds());
                await store.WriteAsync(key, LessonList.Write([.. writers, own]), life, [], cancellationToken).ConfigureAwait(false);
            }

            if (await ReadAsync(writers, cancellationToken).ConfigureAwait(false) is { Count: > 0 } others)
            {
                await recall(others, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            Volatile.Write(ref _busy, 0);
        }
    }

    private async ValueTask RecallCoreAsync(Func<IReadOnlyList<T>, CancellationToken, ValueTask> recall, CancellationToken cancellationToken)
    {
        List<LessonList> writers = await ReadListAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<T> lessons = await ReadAsync(writers, cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            if (_isRecalled)
            {
                // It took too long, and the learner has begun without: an exchange will give it all.
                _read.Clear();
                return;
            }

            if (writers.Find(other => other.Writer == _writer) is { } own)
            {
                // This very process, which forgot the learner to make room.
                _first = own.First;
                _open = new LessonSegment(own.Last + 1);
            }
        }

        try
        {
            await recall(lessons, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Half of it twice would be worse than half of it.
            _isRecalled = true;
        }
    }

    // Returns the number of the last segment that was written and how many lessons it holds, or null.
    private async ValueTask<(long Number, int Lessons)?> WriteAsync(CancellationToken cancellationToken)
    {
        (long, int)? last = null;
        while (Next() is { } segment)
        {
            TimeSpan left = DateTimeOffset.FromUnixTimeMilliseconds(segment.At) + life - time.GetUtcNow();
            if (left > TimeSpan.Zero)
            {
                await store.WriteAsync(KeyOf(_writer, segment.Number), segment.Text, left, segment.Tags, cancellationToken).ConfigureAwait(false);
                last = (segment.Number, segment.Lessons);
            }

            lock (_lock)
            {
                if (_full.TryPeek(out LessonSegment? full) && full.Number == segment.Number)
                {
                    _full.Dequeue();
                }
            }
        }

        return last;
    }

    private (long Number, int Lessons, long At, string Text, IReadOnlyCollection<string> Tags)? Next()
    {
        lock (_lock)
        {
            LessonSegment? next = _full.TryPeek(out LessonSegment? full) ? full : _open.IsDue ? _open : null;
            if (next is null)
            {
                return null;
            }

            (string text, IReadOnlyCollection<string> tags) = next.Take();
            return (next.Number, next.Lessons, next.At, text, tags);
        }
    }

    private async ValueTask<List<LessonList>> ReadListAsync(CancellationToken cancellationToken)
    {
        string list;
        try
        {
            list = await store.ReadAsync(key, cancellationToken).ConfigureAwait(false) ?? string.Empty;
        }
        catch (InvalidDataException e)
        {
            // As good as none: the next that is written takes its place.
            guard.Report("recall", e);
            list = string.Empty;
        }

        List<LessonList> writers = LessonList.Read(list);
        double oldest = time.GetUtcNow().ToUnixTimeMilliseconds() - life.TotalMilliseconds;
        writers.RemoveAll(other => other.At < oldest);
        return writers;
    }

    // Reads what writers have written since they were read last; the oldest lesson first.
    private async ValueTask<IReadOnlyList<T>> ReadAsync(List<LessonList> writers, CancellationToken cancellationToken)
    {
        double now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var segments = new List<(string Writer, long Number, int From)>();
        foreach (LessonList other in writers)
        {
            (long number, int from, _) = _read.GetValueOrDefault(other.Writer, (other.First, 0, 0));
            _read[other.Writer] = (number, from, now);
            long most = Math.Max(1, MostSegments / writers.Count);
            for (long i = Math.Max(number, other.Last - most + 1); i <= other.Last && (i > number || i < other.Last || from < other.Lessons); i++)
            {
                segments.Add((other.Writer, i, i == number ? from : 0));
            }
        }

        // One that is not listed now may only have been overlooked, and is not to be read twice.
        foreach ((string gone, _) in _read.Where(read => read.Value.At < now - life.TotalMilliseconds).ToArray())
        {
            _read.Remove(gone);
        }

        var lessons = new List<T>();
        foreach ((string Writer, long Number, int From)[] some in segments.Chunk(ReadAtOnce))
        {
            IReadOnlyList<T>[] read = await Task.WhenAll(some.Select(segment => ReadSegmentAsync(KeyOf(segment.Writer, segment.Number), cancellationToken))).ConfigureAwait(false);
            foreach (((string by, long number, int from), IReadOnlyList<T> segment) in some.Zip(read))
            {
                lessons.AddRange(segment.Skip(from));
                _read[by] = (number, Math.Max(from, segment.Count), now);
            }
        }

        return [.. lessons.OrderBy(lesson => lesson.At)];
    }

    private async Task<IReadOnlyList<T>> ReadSegmentAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReadAsync(name, cancellationToken).ConfigureAwait(false) is { } text
                ? [.. text.Split('\n').Select(line => JsonSerializer.Deserialize(line, form)).OfType<T>()]
                : [];
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            // Protected under a key that is gone, say: the others teach all the same.
            guard.Report("recall", e);
            return [];
        }
    }

    private string KeyOf(string by, long number) => string.Create(CultureInfo.InvariantCulture, $"{key}:{by}:{number}");
}
