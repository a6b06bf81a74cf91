using TokenThrift.Text;

namespace TokenThrift.Compression.Extraction;

/// <summary>The terms of a passage with how often each occurs; those of a heading count more.</summary>
internal sealed class PassageTerms
{
    private const int HeadingWeight = 3;
    private const int LongestHeading = 120;
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    public PassageTerms(string passage)
    {
        int end = passage.IndexOf('\n', StringComparison.Ordinal);
        bool hasHeading = end is > 0 and <= LongestHeading && end + 1 < passage.Length;
        if (hasHeading)
        {
            Add(passage[..end], HeadingWeight);
        }

        Add(hasHeading ? passage[(end + 1)..] : passage, 1);
    }

    public int Length { get; private set; }

    public int Count(string term) => _counts.GetValueOrDefault(term);

    private void Add(string text, int weight)
    {
        foreach (string term in TextTerms.Of(text))
        {
            _counts[term] = _counts.GetValueOrDefault(term) + weight;
            Length += weight;
        }
    }
}
