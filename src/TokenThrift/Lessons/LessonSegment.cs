using System.Text;

namespace TokenThrift.Lessons;

/// <summary>Lessons that are written together. Used under its journal's lock.</summary>
/// <param name="number">Its number among those of its writer.</param>
internal sealed class LessonSegment(long number)
{
    private const int MostLessons = 64;
    private const int MostSamples = 256;
    private const int MostCharacters = 65_536;

    // What others do not know yet, and what is lost with the process.
    private const int MostUnwritten = 8;

    private readonly StringBuilder _text = new();
    private readonly HashSet<string> _tags = new(StringComparer.Ordinal);
    private int _whole;
    private int _samples;
    private int _due = 1;

    public long Number { get; } = number;

    /// <summary>Gets when its first lesson was learnt, which ends first; in milliseconds since 1970.</summary>
    public long At { get; private set; }

    public int Length => _text.Length;

    /// <summary>Gets how many lessons it holds, samples and all.</summary>
    public int Lessons { get; private set; }

    public bool IsFull => _whole >= MostLessons || _text.Length >= MostCharacters;

    /// <summary>Gets a value indicating whether it is to be written: it has doubled since it was, or grown by much, or others must know of it at once.</summary>
    public bool IsDue => _whole >= _due;

    /// <summary>Appends a lesson. Returns whether there was room for one of its kind.</summary>
    public bool Add(string line, ILesson lesson, IReadOnlyCollection<string> tags)
    {
        if (lesson.IsSample && _samples++ >= MostSamples)
        {
            return false;
        }

        Lessons++;
        _whole += lesson.IsSample ? 0 : 1;
        _due = lesson.IsUrgent ? 0 : _due;
        At = _text.Length == 0 ? lesson.At : At;
        _text.Append(_text.Length == 0 ? string.Empty : "\n").Append(line);
        _tags.UnionWith(tags);
        return true;
    }

    /// <summary>Returns what is to be written now, and the tags that end it.</summary>
    public (string Text, IReadOnlyCollection<string> Tags) Take()
    {
        _due = Math.Min(Math.Max(1, _whole) * 2, _whole + MostUnwritten);
        return (_text.ToString(), [.. _tags]);
    }
}
