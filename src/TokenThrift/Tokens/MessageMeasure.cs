namespace TokenThrift.Tokens;

/// <summary>What a message or tool is made of, apart from the family that bills for it.</summary>
internal sealed class MessageMeasure
{
    /// <summary>Gets or sets the o200k tokens of all text.</summary>
    public int Tokens { get; set; }

    /// <summary>Gets or sets the share of <see cref="Tokens"/> that is not ASCII text.</summary>
    public double WideTokens { get; set; }

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

    public void AddText(ReadOnlySpan<char> text, bool json = false)
    {
        int tokens = O200k.Count(text);
        Tokens += tokens;
        WideTokens += tokens * WideShare(text);
        Bound += json ? TokenBound.Json(text) : TokenBound.Text(text);
    }

    /// <summary>Returns the share of the tokens that other scripts take: such a character weighs about three ASCII ones.</summary>
    public static double WideShare(ReadOnlySpan<char> text)
    {
        if (System.Text.Ascii.IsValid(text))
        {
            return 0;
        }

        int wide = 0;
        foreach (char c in text)
        {
            wide += c >= 0x80 ? 1 : 0;
        }

        return 3.0 * wide / (text.Length + (2.0 * wide));
    }
}
