namespace TokenThrift.Tokens;

/// <summary>What a message or tool is made of, apart from the family that bills for it.</summary>
/// <param name="texts">Measures texts.</param>
internal sealed class MessageMeasure(TextMemo texts)
{
    /// <summary>Gets or sets the o200k tokens of all text.</summary>
    public int Tokens { get; private set; }

    /// <summary>Gets or sets the scripts and digits of all text.</summary>
    public TextShape Shape { get; private set; }

    /// <summary>Gets or sets how many messages it is on the wire.</summary>
    public int WireMessages { get; set; }

    public int Calls { get; set; }

    public int Tools { get; set; }

    public int Images { get; set; }

    /// <summary>Gets or sets the pixels of all images, each as a provider scales it down.</summary>
    public long Pixels { get; set; }

    /// <summary>Gets or sets the tokens of other media, as far as they can be estimated.</summary>
    public int MediaTokens { get; set; }

    /// <summary>Gets or sets the bound of all text.</summary>
    public TokenBound Bound { get; set; }

    /// <summary>Gets or sets a value indicating whether there is content whose size nobody can bound.</summary>
    public bool IsUnbounded { get; set; }

    /// <summary>Adds tokens whose text is not at hand.</summary>
    public void AddTokens(int tokens)
    {
        Tokens += tokens;
        Shape += new TextShape(tokens, 0, 0, 0);
    }

    public void AddText(ReadOnlySpan<char> text, bool json = false) => AddText(text, json ? TokenBound.Json(text) : TokenBound.Text(text));

    public void AddText(ReadOnlySpan<char> text, TokenBound bound)
    {
        TextMeasure measure = texts.Of(text);
        Tokens += measure.Tokens;
        Shape += measure.Shape;
        Bound += bound;
    }
}
