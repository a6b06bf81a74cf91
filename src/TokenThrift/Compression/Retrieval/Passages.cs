namespace TokenThrift.Compression.Retrieval;

/// <summary>Picks the passages of a removed text that a query is about, so that a retrieval need not bring all of it back.</summary>
internal static class Passages
{
    // In characters.
    private const int WholeUpTo = 4000;
    private const int LinesPerPassage = 12;

    public static string About(string text, string query)
    {
        if (text.Length <= WholeUpTo)
        {
            return text;
        }

        string[] lines = text.Split('\n');
        string[] passages = [.. lines.Chunk(LinesPerPassage).Select(chunk => string.Join('\n', chunk))];
        if (passages.Length < 2)
        {
            return text;
        }

        IReadOnlyList<int> kept = PassageExtractor.Select(query, passages, Math.Min(1, (double)WholeUpTo / text.Length));
        return string.Join('\n', kept.Select(i =>
            $"[lines {(i * LinesPerPassage) + 1}-{Math.Min(lines.Length, (i + 1) * LinesPerPassage)} of {lines.Length}]\n{passages[i]}"));
    }
}
