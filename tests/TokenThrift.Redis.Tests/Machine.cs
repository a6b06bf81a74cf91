using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TokenThrift.Caching;
using TokenThrift.Compression;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.Routing;
using TokenThrift.TestSupport;
using TokenThrift.Tokens;

namespace TokenThrift.Redis.Tests;

/// <summary>What a machine makes of its part of the work, with what the machines before it have left in the store.</summary>
/// <param name="Prompts">The hashes of the prompts that the compressor sent.</param>
/// <param name="Recalled">How many prompts held a digest in the place of an old result.</param>
/// <param name="Asked">How often the model behind the answer cache was asked.</param>
/// <param name="Easy">The quality that the router foretells of the cheap model for easy work.</param>
/// <param name="Hard">The same for hard work.</param>
/// <param name="Pairs">The pairs that the router's promise rests on.</param>
/// <param name="Reasoned">Whether a model was given back its own reasoning in the second turn of a conversation.</param>
public sealed record MachineReport(string[] Prompts, int Recalled, int Asked, double Easy, double Hard, int Pairs, bool Reasoned);

/// <summary>A machine of its own: another process, with another seed for every hash that is not meant to leave it.</summary>
internal static class Machine
{
    /// <summary>How many calls of the conversation are made in each part.</summary>
    public const int Calls = 30;

    private static readonly ModelInfo Model = new("test-model") { Prices = new ModelPrices(1_000_000, 2_000_000) { CachedInput = 100_000, CacheWrite = 1_250_000 }, ContextTokens = 1_000_000, MaxOutputTokens = 1_000 };

    /// <summary>Does a part of the work and prints what came of it.</summary>
    public static async Task<int> RunAsync(string port, int part)
    {
        using var store = new RedisCache(new RedisCacheOptions { Configuration = $"127.0.0.1:{port}" });
        Console.WriteLine(JsonSerializer.Serialize(await WorkAsync(store, part, part + 1)));
        return 0;
    }

    /// <summary>Does some parts of the work.</summary>
    public static async Task<MachineReport> WorkAsync(IDistributedCache store, int from, int to)
    {
        (string[] prompts, int recalled) = await ConverseAsync(store, from * Calls, to * Calls);
        (double easy, double hard, int pairs) = await RouteAsync(store, teaches: from == 0);
        return new MachineReport(prompts, recalled, await AskAsync(store), easy, hard, pairs, await TalkAsync(store, turns: to));
    }

    // The history is the same wherever it is sent from; before every tenth call the provider's cache runs out.
    private static async Task<(string[] Prompts, int Recalled)> ConverseAsync(IDistributedCache store, int from, int to)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero));
        using var model = new ScriptedChatClient("fine");
        using var client = new PromptCompressingChatClient(
            new MeteringChatClient(model, new ModelCatalog([Model]), TokenCounters.Shared, time), new PromptCompressionOptions(), store: new CompressionStore(store, secret: "shared"), time: time);
        List<ChatMessage> messages = [new(ChatRole.System, "You help travellers."), new(ChatRole.User, "What is open?")];
        for (int i = 0; i < to; i++)
        {
            time.Advance(i % 10 == 9 ? TimeSpan.FromDays(1) : TimeSpan.FromSeconds(1));
            messages.Add(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent($"call_{i}", "report", new Dictionary<string, object?> { ["q"] = i })]));
            messages.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent($"call_{i}", string.Join('\n', Enumerable.Range(0, i % 10 < 6 ? 300 : 1).Select(j => $"entry {i} {j} of a long report with value {(i * 7919) + (j * 104729)}")))]));
            if (i >= from)
            {
                await client.GetResponseAsync(messages);
            }
        }

        return ([.. model.Calls.Select(call => Hash(call.Messages))], model.Calls.Count(call => call.Messages.Any(m => Text(m).Contains("[removed", StringComparison.Ordinal))));
    }

    private static async Task<(double Easy, double Hard, int Pairs)> RouteAsync(IDistributedCache store, bool teaches)
    {
        using var router = new CheapestCapableChatClient(
            [new ModelLeg(Model, new ScriptedChatClient("right")), new ModelLeg(new ModelInfo("dear") { Prices = new ModelPrices(20_000_000, 20_000_000) }, new ScriptedChatClient("right"))],
            new RoutingOptions { Secret = "shared", QualityFloor = new QualityFloor(0.9), AuditShare = 0 },
            store: store);
        for (int i = 0; teaches && i < 200; i++)
        {
            await router.LearnAsync(new RoutingOutcome([new(ChatRole.User, "Go on.")], Work(isEasy: i % 4 < 2), new Dictionary<string, double> { ["test-model"] = i % 4 < 2 ? 1 : 0, ["dear"] = 1 }));
        }

        return (await ForetoldAsync(isEasy: true), await ForetoldAsync(isEasy: false), router.Certificates()["test-model"].Pairs);

        async Task<double> ForetoldAsync(bool isEasy)
        {
            RoutingDecision decision = await router.ExplainAsync([new(ChatRole.User, "Go on.")], Work(isEasy));
            return decision.Candidates.Concat(decision.Excluded).Single(c => c.Model.Id == "test-model").PredictedQuality;
        }

        // The kind of work is told by the instructions alone.
        static ChatOptions Work(bool isEasy) => new() { Instructions = isEasy ? "Add up." : "Prove." };
    }

    // Only the turns that the machines before this one have not made.
    private static async Task<bool> TalkAsync(IDistributedCache store, int turns)
    {
        var answer = new ChatMessage(ChatRole.Assistant, [new TextReasoningContent("thinking") { ProtectedData = "signed" }, new TextContent("fine")]);
        using var model = new ScriptedChatClient(_ => new ChatResponse(answer) { FinishReason = ChatFinishReason.Stop });
        using var router = new CheapestCapableChatClient(
            [new ModelLeg(Model, model), new ModelLeg(new ModelInfo("dear") { Prices = new ModelPrices(20_000_000, 20_000_000) }, new ScriptedChatClient("right"))], new RoutingOptions { Secret = "of other work" }, store: store);
        var options = new ChatOptions();
        RequestSettings.Tenant.Set(options, "tenant");
        List<ChatMessage> messages = [new(ChatRole.User, "hello")];
        for (int turn = 1; turn < turns; turn++)
        {
            messages.AddRange([answer, new ChatMessage(ChatRole.User, $"turn {turn}")]);
        }

        await router.GetResponseAsync(messages, options);
        return model.Calls[^1].Messages.Any(m => m.Contents.OfType<TextReasoningContent>().Any(r => r.ProtectedData == "signed"));
    }

    private static async Task<int> AskAsync(IDistributedCache store)
    {
        var services = new ServiceCollection();
        services.AddSingleton(store);
        services.AddHybridCache();
        await using ServiceProvider provider = services.BuildServiceProvider();
        using var model = new ScriptedChatClient("Oslo");
        using var cache = new SemanticCachingChatClient(model, provider.GetRequiredService<HybridCache>(), new SemanticCachingOptions { Secret = "shared" });
        Assert.Equal("Oslo", (await cache.GetResponseAsync("What is the capital of Norway?")).Text);
        return model.Calls.Count;
    }

    private static string Hash(IEnumerable<ChatMessage> messages) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', messages.Select(m => m.Role + Text(m))))).AsSpan(0, 8));

    private static string Text(ChatMessage message) => string.Join('\n', message.Contents.Select(content => content switch
    {
        FunctionCallContent call => call.CallId + call.Name,
        FunctionResultContent result => result.CallId + Convert.ToString(result.Result, CultureInfo.InvariantCulture),
        _ => content.ToString(),
    }));
}
