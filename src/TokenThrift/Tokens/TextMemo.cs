using TokenThrift.Requests;

namespace TokenThrift.Tokens;

/// <summary>Tokenises each text once, whoever asks and whatever it is a part of.</summary>
/// <remarks>
/// A new tool result is measured before and after compression, as a part of its message, by the gate and by the meter. Hashing a
/// text costs about a thousandth of tokenising it. Bounded and safe for concurrent use; texts are kept as hashes only.
/// </remarks>
/// <param name="capacity">The texts that are remembered; at most twice as many are held.</param>
internal sealed class TextMemo(int capacity)
{
    // Shorter text is tokenised about as fast as it is looked up, and there is very much of it.
    private const int WorthRemembering = 128;

    private readonly CountMemo<TextMeasure> _memo = new(capacity);

    public TextMeasure Of(ReadOnlySpan<char> text)
    {
        if (text.Length < WorthRemembering)
        {
            return TextMeasure.Of(text);
        }

        UInt128 key = MessageHash.Of(text);
        if (!_memo.TryGet(key, out TextMeasure measure))
        {
            measure = TextMeasure.Of(text);
            _memo.Add(key, measure);
        }

        return measure;
    }
}
