using System.Globalization;

namespace TokenThrift.Lessons;

/// <summary>A writer of lessons and the segments that it has written, as a learner's key lists them.</summary>
/// <param name="Writer">The writer.</param>
/// <param name="First">The number of its first segment.</param>
/// <param name="Last">The number of its last.</param>
/// <param name="Lessons">How many lessons that one holds.</param>
/// <param name="At">When it last wrote, in milliseconds since 1970.</param>
internal sealed record LessonList(string Writer, long First, long Last, int Lessons, long At)
{
    private const int MostWriters = 64;

    /// <summary>Reads a list of writers; a line that is none is left out.</summary>
    public static List<LessonList> Read(string text) => [.. text.Split('\n').Select(Parse).OfType<LessonList>()];

    /// <summary>Writes a list of writers: those who wrote last, where there are too many.</summary>
    public static string Write(IEnumerable<LessonList> writers) =>
        string.Join('\n', writers.OrderByDescending(other => other.At).Take(MostWriters).Select(other => string.Create(CultureInfo.InvariantCulture, $"{other.Writer} {other.First} {other.Last} {other.Lessons} {other.At}")));

    private static LessonList? Parse(string line) =>
        line.Split(' ') is [{ Length: > 0 } writer, var first, var last, var lessons, var at]
        && long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out long from)
        && long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out long to)
        && int.TryParse(lessons, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
        && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out long when)
            ? new LessonList(writer, from, to, count, when)
            : null;
}
