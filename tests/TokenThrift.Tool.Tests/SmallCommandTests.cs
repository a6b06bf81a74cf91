using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Tokens;

namespace TokenThrift.Tool.Tests;

public sealed class SmallCommandTests : IDisposable
{
    private readonly ToolBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task Price_is_that_of_the_catalogue()
    {
        ModelInfo model = ModelCatalog.Default.Find("gpt-5.5")!;
        NanoUsd cost = UsageCost.Of(new TokenUsage(12_000, 800) { CachedInput = 2000 }, model.Prices)!.Value;
        (int exit, string output, _) = await ToolBed.RunAsync("price", "gpt-5.5", "--input", "12000", "--output", "800", "--cached", "2000");
        Assert.Equal(0, exit);
        Assert.StartsWith($"gpt-5.5 (openai, US): {cost}", output, StringComparison.Ordinal);
        Assert.Contains($"prices read on {model.PricedOn:yyyy-MM-dd}", output, StringComparison.Ordinal);
        Assert.Contains($"${model.Prices.Input!.Value / 1e6m}", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such-model", "the catalogue has no model 'no-such-model'", "--input", "1")]
    [InlineData("gpt-5.5", "not a whole number", "--input", "many")]
    [InlineData("gpt-5.5", "not a whole number", "--input", "-5")]
    [InlineData("gpt-5.5", "parts of --input", "--input", "5", "--cached", "6")]
    [InlineData("gpt-5.5", "too large", "--input", "9000000000000000000")]
    [InlineData("gpt-5.5", "--inputs is not an option", "--inputs", "5")]
    public async Task Wrong_price_question_gives_one_line(string model, string says, params string[] more) =>
        Assert.Contains(says, await ToolBed.FailAsync(["price", model, .. more]), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public async Task Count_is_that_of_the_models_counter()
    {
        const string Text = "The ledger balances; the auditor sleeps. 総勘定元帳";
        string path = await _bed.WriteAsync("t.txt", Text);
        ITokenCounter exact = TokenCounters.Shared.For(ModelCatalog.Default.Find("gpt-5.5"));
        ITokenCounter estimate = TokenCounters.Shared.For(ModelCatalog.Default.Find("claude-sonnet-5"));
        Assert.Equal($"{exact.CountText(Text)} tokens (o200k, exact), {Text.Length} characters", (await ToolBed.RunAsync("count", path, "--model", "gpt-5.5")).Output.Trim());
        Assert.StartsWith($"{estimate.CountText(Text)} tokens ({estimate.Name}, estimated, plus or minus", (await ToolBed.RunAsync("count", path, "--model", "claude-sonnet-5")).Output, StringComparison.Ordinal);
        Assert.Contains("no-such-model", await ToolBed.FailAsync("count", path, "--model", "no-such-model"), StringComparison.Ordinal);
        Assert.Contains("nowhere.txt", await ToolBed.FailAsync("count", _bed.At("nowhere.txt"), "--model", "gpt-5.5"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_and_unknown_commands()
    {
        (int exit, string output, _) = await ToolBed.RunAsync("--help");
        Assert.Equal(0, exit);
        Assert.All(new[] { "report", "exposure", "price", "count", "replay" }, command => Assert.Contains(command, output, StringComparison.Ordinal));
        Assert.Contains("'rapport' is not a command", await ToolBed.FailAsync("rapport"), StringComparison.Ordinal);
    }
}
