using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>What the predictor reads of a request: its task type, the hashed words of its question, a few plain measures.</summary>
internal sealed class RequestFeatures
{
    /// <summary>How many plain measures there are.</summary>
    public const int MeasureCount = 12;

    private const int LongestText = 8_000;

    /// <summary>Initializes a new instance of the <see cref="RequestFeatures"/> class.</summary>
    /// <param name="taskType">What kind of work it is.</param>
    /// <param name="terms">The hashes of the distinct words and word pairs of the question, ascending.</param>
    /// <param name="counts">How often each of them occurs.</param>
    /// <param name="measures">The plain measures, <see cref="MeasureCount"/> of them.</param>
    /// <param name="vector">The semantic cache's vector, empty where there is none.</param>
    /// <param name="embedder">What made it.</param>
    public RequestFeatures(string taskType, uint[] terms, int[] counts, float[] measures, ReadOnlyMemory<float> vector, string? embedder)
    {
        TaskType = taskType;
        Terms = terms;
        Counts = counts;
        Frequencies = [.. counts.Select(count => 1 + MathF.Log(count))];
        Measures = measures;
        Vector = vector;
        Embedder = embedder;
        uint[] typeWords = WordsOf(taskType);
        PlainKeys = [.. typeWords, .. Enumerable.Range(1, measures.Length).Select(i => (uint)i)];
        PlainValues = [.. typeWords.Select((_, i) => i == 0 ? 1f : 1f / MathF.Sqrt(typeWords.Length - 1)), .. measures];
    }

    /// <summary>Gets what kind of work it is: the caller's tag, else a hash of instructions, tools and answer format.</summary>
    public string TaskType { get; }

    /// <summary>Gets the hashes of the distinct words and word pairs of the question, ascending.</summary>
    public uint[] Terms { get; }

    /// <summary>Gets how often each of <see cref="Terms"/> occurs.</summary>
    public int[] Counts { get; }

    /// <summary>Gets how often each of <see cref="Terms"/> occurs, damped: 1 + ln(count).</summary>
    public float[] Frequencies { get; }

    /// <summary>Gets the plain measures, each about 0 to 1.</summary>
    public float[] Measures { get; }

    /// <summary>Gets the keys of the features that are not words: the task type, the words that a tag such as <c>extract-invoice</c> is made of, plain measures.</summary>
    public uint[] PlainKeys { get; }

    /// <summary>Gets the values of <see cref="PlainKeys"/>, each about 0 to 1.</summary>
    public float[] PlainValues { get; }

    /// <summary>Gets the semantic cache's vector of the request, empty where there is none.</summary>
    public ReadOnlyMemory<float> Vector { get; }

    /// <summary>Gets what made <see cref="Vector"/>; vectors of different embedders cannot be compared.</summary>
    public string? Embedder { get; }

    public static RequestFeatures Of(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        string question = QuestionOf(messages);
        ReadOnlySpan<char> text = question.Length <= LongestText ? question : question.AsSpan(question.Length - LongestText);
        Dictionary<uint, int> counts = TextTerms.Count(text, withPairs: true);
        uint[] terms = [.. counts.Keys];
        Array.Sort(terms);
        RequestVector? vector = RequestContext.Find(options)?.Get<RequestVector>();
        return new RequestFeatures(
            TaskTypes.Of(messages, options),
            terms,
            [.. terms.Select(t => counts[t])],
            MeasuresOf(text, messages, options),
            vector?.Values ?? default,
            vector?.Model);
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

    private static uint[] WordsOf(string tag)
    {
        uint whole = XxHash32.HashToUInt32(MemoryMarshal.AsBytes(tag.AsSpan()), seed: 7);
        var words = new HashSet<uint>();
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

        return [whole, .. words];
    }

    private static float[] MeasuresOf(ReadOnlySpan<char> text, IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        int digits = 0, lines = 0, marks = 0, capitals = 0, letters = 0, words = 0, blanks = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            digits += char.IsAsciiDigit(c) ? 1 : 0;
            lines += c == '\n' ? 1 : 0;
            marks += c is '{' or '}' or '`' or '=' or '<' or '>' or '^' or '+' or '*' ? 1 : 0;
            blanks += c == '_' ? 1 : 0;
            capitals += char.IsUpper(c) ? 1 : 0;
            bool isLetter = char.IsLetter(c);
            letters += isLetter ? 1 : 0;
            words += isLetter && (i == 0 || !char.IsLetter(text[i - 1])) ? 1 : 0;
        }

        float length = Math.Max(1, text.Length);
        return
        [
            (MathF.Log(length) / 2) - 3,
            Math.Min(1f, digits * 8f / length),
            Math.Min(1f, lines * 20f / length),
            Math.Min(1f, marks * 20f / length),
            Math.Min(1f, capitals * 10f / length),
            Math.Min(1f, blanks / 3f),
            (letters / (float)Math.Max(1, words) / 2) - 2.5f,
            text.Contains('?') ? 1f : 0f,
            Negates(text) ? 1f : 0f,
            Math.Min(1f, (options?.Tools?.Count ?? 0) / 16f),
            Math.Min(1f, messages.Count / 32f),
            messages.Count > 0 && messages[^1].Role == ChatRole.Tool ? 1f : 0f,
        ];
    }

    // What is asked the other way round is easily missed.
    private static bool Negates(ReadOnlySpan<char> text) =>
        text.Contains(" not ", StringComparison.OrdinalIgnoreCase) || text.Contains(" except", StringComparison.OrdinalIgnoreCase)
        || text.Contains(" false", StringComparison.OrdinalIgnoreCase) || text.Contains(" incorrect", StringComparison.OrdinalIgnoreCase);
}
