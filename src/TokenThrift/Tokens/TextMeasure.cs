namespace TokenThrift.Tokens;

/// <summary>What a text is made of, apart from the family that bills for it.</summary>
/// <param name="Tokens">Its o200k tokens.</param>
/// <param name="Shape">Its scripts and digits.</param>
internal sealed record TextMeasure(int Tokens, TextShape Shape)
{
    public static TextMeasure Of(ReadOnlySpan<char> text)
    {
        int tokens = O200k.Count(text);
        return new TextMeasure(tokens, TextShape.Of(text, tokens));
    }
}
