using System.IO.Hashing;
using System.Text;

namespace TokenThrift.Samples.MonthEndClose.Simulation;

/// <summary>What a model notices of a long conversation: its beginning and its end well, its middle less so.</summary>
/// <remarks>
/// Liu et al., "Lost in the Middle: How Language Models Use Long Contexts" (2023), section 3: recall follows a U over the
/// position in the context. Here rows are lost only where the conversation is longer than the grade's attention.
/// </remarks>
internal static class Attention
{
    private const double CharactersPerToken = 2.6;
    private const int OverlookedOneIn = 8;

    public static IReadOnlyList<ToolRow> Notice(Desk desk, IReadOnlyList<ToolRow> rows, ToolRequest source)
    {
        double sharp = desk.Grade.AttentionTokens * CharactersPerToken;
        if (desk.Transcript.Length <= sharp || desk.Transcript.Find(source) is not { Result: { } text } exchange)
        {
            return rows;
        }

        double dimFrom = sharp / 2;
        double dimTo = desk.Transcript.Length - (sharp / 2);
        return [.. rows.Where((_, i) =>
        {
            double at = exchange.Start + (text.Length * (double)i / rows.Count);
            return at <= dimFrom || at >= dimTo || Chance($"{desk.Grade.ModelId}|{source.Key}|{i}") % OverlookedOneIn != 0;
        })];
    }

    // The same model overlooks the same row of the same source.
    private static ulong Chance(string key) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(key));
}
