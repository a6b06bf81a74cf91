using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace TokenThrift.Compression.References;

/// <summary>A text cut into lines.</summary>
internal sealed class TextLines
{
    /// <summary>How many lines in a row must be equal for them to be looked up.</summary>
    public const int Window = 4;

    // Where each line starts, and one behind the last line's end.
    private readonly int[] _starts;
    private ulong[]? _keys;

    private TextLines(string text, int[] starts)
    {
        Text = text;
        _starts = starts;
    }

    public string Text { get; }

    public int Count => _starts.Length - 1;

    /// <summary>Gets a line without its line feed.</summary>
    public ReadOnlySpan<char> this[int line] => Text.AsSpan(_starts[line], _starts[line + 1] - _starts[line] - 1);

    public static TextLines Of(string text)
    {
        int[] starts = new int[text.AsSpan().Count('\n') + 2];
        int line = 1;
        for (int at = text.IndexOf('\n', StringComparison.Ordinal); at >= 0; at = text.IndexOf('\n', at + 1))
        {
            starts[line++] = at + 1;
        }

        starts[line] = text.Length + 1;
        return new TextLines(text, starts);
    }

    /// <summary>Returns the characters of some lines, their inner line feeds included.</summary>
    public ReadOnlySpan<char> Range(int first, int count) => Text.AsSpan(_starts[first], _starts[first + count] - _starts[first] - 1);

    /// <summary>
    /// Gets a key for every line: of it and those that follow it in its window, without their line numbers. A text that
    /// is shorter than a window has one key, for all of it.
    /// </summary>
    public ulong[] Keys => _keys ??= MakeKeys();

    private ulong[] MakeKeys()
    {
        ulong[] keys = new ulong[Count];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(LineNumber.Without(this[i])));
        }

        int windows = Math.Max(1, Count - Window + 1);
        for (int i = 0; i < windows; i++)
        {
            ReadOnlySpan<ulong> window = keys.AsSpan(i, Math.Min(Window, Count));
            keys[i] = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(window), Window - window.Length);
        }

        return keys[..windows];
    }
}
