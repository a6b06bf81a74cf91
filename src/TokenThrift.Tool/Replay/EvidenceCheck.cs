using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Replay;

/// <summary>
/// Says whether what a recorded answer drew on was still in the request that was sent. Evidence is every identifier, number,
/// path or line of six characters or more in the recorded answer (text and arguments) that the original request held in a
/// tool result. One object an episode.
/// </summary>
/// <remarks>
/// An identifier is a run without white space that is more than a word: it has a digit, an underscore, a slash, an inner
/// dot, hyphen or capital. Ordinary words are no evidence: that "because" was in a removed result means nothing.
/// </remarks>
internal sealed partial class EvidenceCheck
{
    private const int MinimumLength = 6;
    private readonly Dictionary<string, Holders> _holders = new(StringComparer.Ordinal);
    private readonly List<(string CallId, string Text)> _results = [];
    private readonly HashSet<ChatMessage> _seen = new(ReferenceEqualityComparer.Instance);

    /// <summary>Checks one call.</summary>
    /// <param name="call">The recorded call: what was sent originally, and the answer.</param>
    /// <param name="sent">The messages that reached the provider.</param>
    /// <returns>How much evidence there was, how much of it was still there, and the tool results that must be fetched back.</returns>
    public EvidenceResult Check(TranscriptCall call, IReadOnlyList<ChatMessage> sent)
    {
        ReadResults(call.Request);
        var kept = new HashSet<string>(StringComparer.Ordinal);
        foreach (FunctionResultContent result in sent.SelectMany(m => m.Contents).OfType<FunctionResultContent>())
        {
            kept.Add(ContentText.Of(result.Result));
        }

        string? wholeText = null;
        int total = 0;
        int missed = 0;
        var missing = new SortedSet<int>();
        foreach (string item in Items(call.Answer))
        {
            Holders holders = Find(item);
            if (holders.Indices.Count == 0)
            {
                continue;
            }

            total++;
            if (holders.Indices.Exists(i => kept.Contains(_results[i].Text)))
            {
                continue;
            }

            wholeText ??= string.Concat(sent.Select(Plain));
            if (!wholeText.Contains(item, StringComparison.Ordinal))
            {
                missed++;
                missing.Add(holders.Indices[^1]);
            }
        }

        return new EvidenceResult(total, missed, [.. missing.Select(i => _results[i])]);
    }

    /// <summary>The identifiers, numbers, paths and lines of an answer, each once.</summary>
    public static IReadOnlyCollection<string> Items(ChatMessage answer)
    {
        var items = new HashSet<string>(StringComparer.Ordinal);
        foreach (string text in Texts(answer))
        {
            foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries))
            {
                if (line.Length >= MinimumLength)
                {
                    items.Add(line);
                }
            }

            foreach (ValueMatch match in Run().EnumerateMatches(text))
            {
                ReadOnlySpan<char> run = text.AsSpan(match.Index, match.Length).Trim("./:-#@");
                if (run.Length >= MinimumLength && IsMoreThanAWord(run))
                {
                    items.Add(run.ToString());
                }
            }
        }

        return items;
    }

    private static bool IsMoreThanAWord(ReadOnlySpan<char> run)
    {
        for (int i = 0; i < run.Length; i++)
        {
            if (!char.IsLetter(run[i]) || (i > 0 && char.IsUpper(run[i])))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<string> Texts(ChatMessage answer)
    {
        foreach (AIContent content in answer.Contents)
        {
            if (content is TextContent text)
            {
                yield return text.Text;
            }
            else if (content is FunctionCallContent { Arguments: { } arguments })
            {
                foreach (object? value in arguments.Values)
                {
                    foreach (string inner in Strings(value))
                    {
                        yield return inner;
                    }
                }
            }
        }
    }

    private static IEnumerable<string> Strings(object? value) => value switch
    {
        string text => [text],
        JsonElement { ValueKind: JsonValueKind.String } json => [json.GetString()!],
        JsonElement { ValueKind: JsonValueKind.Number } json => [json.GetRawText()],
        JsonElement { ValueKind: JsonValueKind.Array } json => json.EnumerateArray().SelectMany(e => Strings(e)),
        JsonElement { ValueKind: JsonValueKind.Object } json => json.EnumerateObject().SelectMany(p => Strings(p.Value)),
        _ => [],
    };

    private static string Plain(ChatMessage message)
    {
        var text = new StringBuilder();
        foreach (AIContent content in message.Contents)
        {
            _ = content switch
            {
                TextContent t => text.Append(t.Text).Append('\n'),
                TextReasoningContent r => text.Append(r.Text).Append('\n'),
                FunctionResultContent r => text.Append(ContentText.Of(r.Result)).Append('\n'),
                FunctionCallContent => text.AppendJoin('\n', Texts(message)).Append('\n'),
                _ => text,
            };
        }

        return text.ToString();
    }

    private void ReadResults(IReadOnlyList<ChatMessage> request)
    {
        foreach (ChatMessage message in request)
        {
            if (_seen.Add(message))
            {
                foreach (FunctionResultContent result in message.Contents.OfType<FunctionResultContent>())
                {
                    _results.Add((result.CallId, ContentText.Of(result.Result)));
                }
            }
        }
    }

    private Holders Find(string item)
    {
        if (!_holders.TryGetValue(item, out Holders? holders))
        {
            _holders[item] = holders = new Holders();
        }

        for (; holders.Searched < _results.Count; holders.Searched++)
        {
            if (_results[holders.Searched].Text.Contains(item, StringComparison.Ordinal))
            {
                holders.Indices.Add(holders.Searched);
            }
        }

        return holders;
    }

    [GeneratedRegex(@"[\p{L}\p{N}_./\\:@#\-]{6,}", RegexOptions.CultureInvariant)]
    private static partial Regex Run();

    private sealed class Holders
    {
        public List<int> Indices { get; } = [];

        public int Searched { get; set; }
    }
}
