using System.Collections.Frozen;
using TokenThrift.Text;

namespace TokenThrift.Compression.Extraction;

/// <summary>The words by which people ask (summarise, discuss, think): they say what is wanted of a text, not what it is about.</summary>
internal static class AskingWords
{
    private static readonly FrozenSet<string> Terms = TextTerms.Of(
        "summarize summarise summary describe explain tell list give show find discuss discussion mention say said talk talking think thought "
        + "opinion opinions view views believe decide decision conclusion meeting conversation group team people please question answer about regarding").ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Returns the terms of a query that say what it is about; all of them where none does.</summary>
    public static List<string> Without(string query)
    {
        List<string> all = TextTerms.Of(query);
        List<string> subject = all.FindAll(term => !Terms.Contains(term));
        return subject.Count > 0 ? subject : all;
    }
}
