using TokenThrift.Compression;
using TokenThrift.TestSupport;
using TokenThrift.Tokens;

namespace TokenThrift.Tests.Compression;

public sealed class ArgumentEchoTests
{
    private const string Path = "packages/ledger-core/src/posting/closed-periods.ts";

    [Theory]
    [InlineData($"Successfully replaced text in {Path}. Changed 12 characters.", "Successfully replaced text in [argument q]. Changed 12 characters.")]
    [InlineData($"Wrote {Path}", "Wrote [argument q]")]
    [InlineData($"Wrote {Path}.", "Wrote [argument q].")]
    [InlineData($"Wrote {Path}x", $"Wrote {Path}x")]
    [InlineData($"Wrote {Path}.bak", $"Wrote {Path}.bak")]
    [InlineData($"Wrote /srv/{Path}", $"Wrote /srv/{Path}")]
    [InlineData($"Moved {Path} over {Path}", $"Moved {Path} over {Path}")]
    [InlineData($"export * from '{Path}';\nexport const a = 1;", $"export * from '{Path}';\nexport const a = 1;")]
    public async Task An_acknowledgement_names_the_argument_that_it_says_again(string result, string sent)
    {
        using var model = new ScriptedChatClient("fine");
        using var client = new PromptCompressingChatClient(model, new PromptCompressionOptions(), new TokenCounters());
        await client.GetResponseAsync(Conversations.Start().Call("edit", result, Path));
        Assert.Equal(sent, model.Calls[^1].Messages[^1].ResultText());
    }

    [Fact]
    public async Task Nothing_is_named_where_lossless_rewrites_are_off()
    {
        using var model = new ScriptedChatClient("fine");
        using var client = new PromptCompressingChatClient(model, new PromptCompressionOptions { Lossless = false }, new TokenCounters());
        await client.GetResponseAsync(Conversations.Start().Call("edit", $"Wrote {Path}", Path));
        Assert.Equal($"Wrote {Path}", model.Calls[^1].Messages[^1].ResultText());
    }
}
