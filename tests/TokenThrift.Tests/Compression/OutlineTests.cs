using System.Text;
using TokenThrift.Compression.Sessions;

namespace TokenThrift.Tests.Compression;

public sealed class OutlineTests
{
    [Fact]
    public void A_name_that_is_a_part_of_another_one_is_not_written_again()
    {
        string outline = Of("call loadModels and then this.loadModels with the ModelRegistry, or the ModelRegistryOptions if there is any");
        Assert.Equal("\nthis.loadModels ModelRegistryOptions", outline);
    }

    [Fact]
    public void What_a_longer_name_in_the_prompt_holds_is_not_written()
    {
        NameSet spoken = Spoken("see this.theme.colors.border in packages/core/src/themeLoader.ts");
        Assert.Equal(string.Empty, Of("it reads this.theme and theme.colors.border and colors.border out of core/src/themeLoader.ts", spoken));
        Assert.Equal("\nthemeWriter.ts", Of("it is written by themeWriter.ts whenever the user has changed something", spoken));
    }

    [Fact]
    public void Every_name_of_a_text_can_be_read_in_its_outline_or_in_the_prompt()
    {
        var random = new Random(5);
        string[] parts = ["ledger", "PostingRules", "closedPeriod", "balance42", "src", "Accounts", "x9"];
        for (int round = 0; round < 200; round++)
        {
            string[] names = [.. Enumerable.Range(0, 12).Select(_ => string.Join(random.Next(2) == 0 ? "." : "/", Enumerable.Range(0, 1 + random.Next(3)).Select(_ => parts[random.Next(parts.Length)])))];
            string said = string.Join(" and ", names[..4]);
            string text = "the words before them are " + string.Join(" or else ", names) + " and some more words after them";
            string prompt = said + Of(text, Spoken(said));
            foreach (string name in names.Where(name => name.Length >= 6 && name.AsSpan(1).IndexOfAnyExceptInRange('a', 'z') >= 0))
            {
                Assert.Contains(name, prompt, StringComparison.Ordinal);
            }
        }
    }

    private static NameSet Spoken(string text)
    {
        var names = new HashSet<ulong>();
        Outline.Collect(text, names);
        return NameSet.Empty.With(names);
    }

    private static string Of(string text, NameSet? spoken = null)
    {
        var result = new StringBuilder();
        Outline.Append(result, text, spoken ?? NameSet.Empty, []);
        return result.ToString();
    }
}
