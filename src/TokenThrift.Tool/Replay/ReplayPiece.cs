namespace TokenThrift.Replay;

/// <summary>A tool or message as it is billed. A class, so that equal text is recognised by reference.</summary>
internal sealed class ReplayPiece(string text, int[] tokens)
{
    public string Text { get; } = text;

    public int[] Tokens { get; } = tokens;
}
