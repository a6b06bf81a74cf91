using CsCheck;
using Microsoft.ML.Tokenizers;
using TokenThrift.Tokens;

namespace TokenThrift.Tests.Tokens;

public sealed class O200kWordsTests
{
    // Signs that the encoding treats apart come often, so that they meet.
    private const string Apart = "'/<|> \r\n\t\v\f!?.,:;-_(){}[]\"`~@#$%^&*+=\\stremvldSTREMVLDaZbQ019\u0001\u007F";

    private static readonly TiktokenTokenizer Reference = TiktokenTokenizer.CreateForEncoding("o200k_base");

    [Fact]
    public void Counts_what_the_tokenizer_counts_for_any_ascii_text() =>
        Gen.OneOf(Gen.Char[Apart], Gen.Char['\0', '\u007F']).Array[0, 60].Select(chars => new string(chars))
            .Sample(text => text.Contains("<|endof", StringComparison.Ordinal) || O200k.Count(text) == Reference.CountTokens(text), iter: 60_000);

    [Fact]
    public void Pieces_are_those_of_the_encoding() =>
        Gen.Char[Apart].Array[1, 40].Select(chars => new string(chars)).Sample(
            text =>
            {
                // Each encodes by itself as it does in the whole.
                var ids = new List<int>();
                for (int start = 0; start < text.Length;)
                {
                    int end = O200kWords.Next(text, start);
                    Assert.InRange(end, start + 1, text.Length);
                    ids.AddRange(Reference.EncodeToIds(text.AsSpan(start, end - start), considerPreTokenization: false));
                    start = end;
                }

                return ids.SequenceEqual(Reference.EncodeToIds(text));
            },
            iter: 30_000);

    [Theory]
    [InlineData("I'll say it's the IDs' and they'VE won't")]
    [InlineData("  \n\n  x = 12345;// done\r\n\r\n")]
    [InlineData("GET /v1/items?id=42&X=aB HTTP/1.1\r\nHost: a.b\r\n\r\n")]
    [InlineData("   trailing   ")]
    [InlineData("JSONParser parseXMLFile HTMLElement's")]
    public void Known_texts_take_what_they_take(string text) =>
        Assert.Equal(Reference.CountTokens(text), O200k.Count(text));

    [Fact]
    public void Long_pieces_and_other_scripts_are_counted_as_ever()
    {
        string text = $"{new string('a', 5000)} {new string('=', 3000)} {new string(' ', 700)}\n{string.Concat(Enumerable.Range(0, 4000))}";
        Assert.Equal(Reference.CountTokens(text), O200k.Count(text));
        Assert.Equal(Reference.CountTokens("größer als 東京 — it’s"), O200k.Count("größer als 東京 — it’s"));
    }

    [Fact]
    public void More_pieces_than_are_remembered_are_counted_right()
    {
        var random = new Random(4);
        for (int i = 0; i < 30; i++)
        {
            string text = string.Join(' ', Enumerable.Range(0, 3000).Select(_ => $"{(char)('a' + random.Next(26))}{(char)('a' + random.Next(26))}{(char)('a' + random.Next(26))}{(char)('a' + random.Next(26))}q{(char)('a' + random.Next(26))}"));
            Assert.Equal(Reference.CountTokens(text), O200k.Count(text));
        }
    }
}
