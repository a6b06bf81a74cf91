namespace TokenThrift.Tokens;

/// <summary>How a family of models turns a request into billed tokens.</summary>
/// <param name="Name">The name of the encoding or estimator.</param>
internal sealed record TokenProfile(string Name)
{
    /// <summary>Gets the stated relative error on plain text; 0 for the family's own tokenizer.</summary>
    public double Margin { get; init; }

    /// <summary>Gets the tokens that ASCII text takes for each o200k token.</summary>
    public double Plain { get; init; } = 1;

    /// <summary>Gets the tokens that Chinese, Japanese and Korean take for each o200k token.</summary>
    public double EastAsian { get; init; } = 1;

    /// <summary>Gets the tokens that other scripts take for each o200k token.</summary>
    public double Other { get; init; } = 1;

    /// <summary>Gets a value indicating whether every digit is a token.</summary>
    public bool SplitsDigits { get; init; }

    /// <summary>Gets how many bytes the family's text normalisation can make of one, at most.</summary>
    public int Expansion { get; init; } = TokenBound.UnknownNormalisation;

    /// <summary>Gets the tokens of a message beside its contents: the marks around it and its role.</summary>
    public int PerMessage { get; init; } = 4;

    /// <summary>Gets the tokens of a request beside its messages: the opening of the answer.</summary>
    public int PerRequest { get; init; } = 3;

    /// <summary>Gets the tokens of a tool call beside its name and arguments.</summary>
    public int PerCall { get; init; } = 6;

    /// <summary>Gets the tokens that the first tool brings with it (the vendor's own instructions on tools).</summary>
    public int ToolPreamble { get; init; } = 12;

    /// <summary>Gets the tokens of a tool beside its name, description and schema.</summary>
    public int PerTool { get; init; } = 8;

    /// <summary>Gets a value indicating whether tool schemas are written as TypeScript, as OpenAI's models read them, rather than JSON.</summary>
    public bool TypeScriptTools { get; init; }

    /// <summary>Gets the pixels of an image for each of its tokens.</summary>
    public int PixelsPerToken { get; init; } = 750;

    /// <summary>Gets the least tokens of an image.</summary>
    public int PerImage { get; init; } = 85;

    /// <summary>Estimates the tokens of text from its shape.</summary>
    public int Tokens(TextShape shape) => (int)Math.Ceiling(
        (shape.Plain * Plain) + (shape.EastAsian * EastAsian) + (shape.Other * Other) + (SplitsDigits ? shape.DigitTokens : 0));
}
