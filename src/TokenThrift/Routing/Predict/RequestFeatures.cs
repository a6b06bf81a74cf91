using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>What the predictor reads of a request: its task type, the hashed words of its question, a few plain measures.</summary>
internal sealed class RequestFeatures
{
    private const int LongestText = 8_000;
    private const int MostTerms = 1_024;

    private RequestFeatures(string taskType, uint[] terms, float[] frequencies, float[] measures, ReadOnlyMemory<float> vector)
    {
        TaskType = taskType;
        TypeWords = WordsOf(taskType);
        Terms = terms;
        Frequencies = frequencies;
        Measures = measures;
        Vector = vector;
    }

    /// <summary>Gets what kind of work it is: the caller's tag, else a hash of instructions, tools and answer format.</summary>
    public string TaskType { get; }

    /// <summary>Gets the hashes of <see cref="TaskType"/> and of the words that a tag such as <c>extract-invoice</c> is made of.</summary>
    public uint[] TypeWords { get; }

    /// <summary>Gets the hashes of the distinct words and word pairs of the question, ascending.</summary>
    public uint[] Terms { get; }

    /// <summary>Gets how often each of <see cref="Terms"/> occurs, damped: 1 + ln(count).</summary>
    public float[] Frequencies { get; }

    /// <summary>Gets plain measures of the request, each about 0 to 1.</summary>
    public float[] Measures { get; }

    /// <summary>Gets the semantic cache's vector of the request, empty where there is none.</summary>
    public ReadOnlyMemory<float> Vector { get; }

    public static RequestFeatures Of(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        string question = QuestionOf(messages);
        ReadOnlySpan<char> text = question.Length <= LongestText ? question : question.AsSpan(question.Length - LongestText);
        (uint[] terms, float[] frequencies) = TermsOf(text);
        return new RequestFeatures(
            TaskTypes.Of(messages, options),
            terms,
            frequencies,
            MeasuresOf(text, messages, options),
            RequestContext.Find(options)?.Get<RequestVector>()?.Values ?? default);
    }

    private static string QuestionOf(IReadOnlyList<ChatMessage> messages)
    {
        for (int i = messages.Count - 1; i >= 0; i--)
        {
            if (messages[i].Role == ChatRole.User && messages[i].Text is { Length: > 0 } text)
            {
                return text;
            }
        }

        return string.Empty;
    }

    private static (uint[] Terms, float[] Frequencies) TermsOf(ReadOnlySpan<char> text)
    {
        var counts = new Dictionary<uint, int>();
        Span<char> word = stackalloc char[64];
        uint previous = 0;
        int length = 0;
        for (int i = 0; i <= text.Length && counts.Count < MostTerms; i++)
        {
            char c = i < text.Length ? text[i] : ' ';
            if (char.IsLetterOrDigit(c))
            {
                if (length < word.Length)
                {
                    word[length++] = char.ToLowerInvariant(c);
                }

                continue;
            }

            if (length > 0)
            {
                uint hash = XxHash32.HashToUInt32(MemoryMarshal.AsBytes(word[..length]));
                Count(counts, hash);
                if (previous != 0)
                {
                    Count(counts, (previous * 0x9E3779B1u) ^ hash);
                }

                previous = hash;
                length = 0;
            }
        }

        uint[] terms = [.. counts.Keys];
        Array.Sort(terms);
        return (terms, [.. terms.Select(t => 1 + MathF.Log(counts[t]))]);
    }

    private static uint[] WordsOf(string tag)
    {
        var words = new HashSet<uint> { XxHash32.HashToUInt32(MemoryMarshal.AsBytes(tag.AsSpan()), seed: 7) };
        int start = 0;
        for (int i = 0; i <= tag.Length; i++)
        {
            if (i == tag.Length || !char.IsLetterOrDigit(tag[i]))
            {
                if (i > start)
                {
                    words.Add(XxHash32.HashToUInt32(MemoryMarshal.AsBytes(tag.AsSpan(start..i)), seed: 11));
                }

                start = i + 1;
            }
        }

        return [.. words];
    }

    private static void Count(Dictionary<uint, int> counts, uint term) =>
        CollectionsMarshal.GetValueRefOrAddDefault(counts, term, out _)++;

    private static float[] MeasuresOf(ReadOnlySpan<char> text, IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        int digits = 0;
        int lines = 0;
        int marks = 0;
        foreach (char c in text)
        {
            digits += char.IsAsciiDigit(c) ? 1 : 0;
            lines += c == '\n' ? 1 : 0;
            marks += c is '?' or '{' or '}' or '`' or '=' or '<' or '>' ? 1 : 0;
        }

        float length = Math.Max(1, text.Length);
        return
        [
            1f,
            MathF.Log(length) / 8f,
            Math.Min(1f, digits * 8f / length),
            Math.Min(1f, lines * 20f / length),
            Math.Min(1f, marks * 20f / length),
            Math.Min(1f, (options?.Tools?.Count ?? 0) / 16f),
            Math.Min(1f, messages.Count / 32f),
            messages.Count > 0 && messages[^1].Role == ChatRole.Tool ? 1f : 0f,
        ];
    }
}
