namespace TokenThrift.Compression.Passes;

/// <summary>Splits text at one character without allocating; a text that ends in the character has an empty last line.</summary>
internal static class SpanLines
{
    public static LineEnumerator EnumerateLines(this ReadOnlySpan<char> text, char separator) => new(text, separator);

    public ref struct LineEnumerator(ReadOnlySpan<char> text, char separator)
    {
        private ReadOnlySpan<char> _rest = text;
        private bool _ended;

        public ReadOnlySpan<char> Current { get; private set; }

        public readonly LineEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_ended)
            {
                return false;
            }

            int at = _rest.IndexOf(separator);
            if (at < 0)
            {
                Current = _rest;
                _ended = true;
            }
            else
            {
                Current = _rest[..at];
                _rest = _rest[(at + 1)..];
            }

            return true;
        }
    }
}
