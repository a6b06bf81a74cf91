using System.ClientModel;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using OpenAI;
using TokenThrift.Models;
using TokenThrift.Requests;
using TokenThrift.Routing;
using TokenThrift.TestSupport;
using static TokenThrift.Tests.Composition.RoutedServers;

namespace TokenThrift.Tests.Composition;

/// <summary>With an allow-list of European operators, servers outside of it listen and hear nothing, whatever makes the router look for another model.</summary>
public class PolicyOnTheWireTests
{
    // Two of them cheaper than any European model, one stronger.
    private static readonly string[] Outside = ["gpt-5-nano", "deepseek-chat", Large];
    private const string Small = "ministral-8b-latest";
    private const string Strong = "mistral-medium-2604";

    private static readonly LoopbackReply Good = LoopbackReply.Answer("a good answer", input: 20, output: 4);
    private static readonly LoopbackReply Empty = LoopbackReply.Answer(string.Empty);

    public static TheoryData<string, bool> Paths()
    {
        var data = new TheoryData<string, bool>();
        foreach (string path in new[] { "first", "check", "retry", "fallback", "all-fail", "agreement", "repair", "judge", "audit", "filter", "too-long", "embedding", "all-rest" })
        {
            data.Add(path, false);
            data.Add(path, true);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task No_byte_reaches_a_server_outside_the_allow_list_on_any_path(string path, bool streamed)
    {
        await using LoopbackOpenAIServer embeddings = await LoopbackOpenAIServer.StartAsync(Good);
        await using RoutedServers servers = await StartAsync(
            new Dictionary<string, LoopbackReply[]>
            {
                [Outside[0]] = [Good],
                [Outside[1]] = [Good],
                [Small] = SmallSays(path),
                [Strong] = path is "all-fail" or "all-rest" ? [LoopbackReply.RateLimited("60")] : [Good],
                [Large] = [Good],
            },
            thrift =>
            {
                thrift.Policy.AllowJurisdictions("EU");
                Configure(thrift.Routing, path);
            },
            register: services => services.AddSingleton(EmbedderOf(embeddings)));

        Outcome outcome = await servers.AskAsync(streamed, "hello");
        if (path is "all-rest" or "embedding")
        {
            outcome = await servers.AskAsync(streamed, "hello again");
        }

        Assert.All(Outside, model => Assert.Equal(0, servers.Server(model).Connections));
        Assert.Equal(0, embeddings.Connections);
        Assert.Equal(Asked(path), (servers.Server(Small).Requests.Count, servers.Server(Strong).Requests.Count));
        Assert.Equal(path is "all-fail" or "all-rest" or "filter", outcome.Error is not null);
        Assert.All(Outside, model => Assert.StartsWith("policy: ", outcome.Receipt.Routing!.Excluded[model], StringComparison.Ordinal));
        await servers.AssertSettledAsync();
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task The_classification_of_a_request_binds_its_fallbacks_too(bool streamed)
    {
        await using RoutedServers servers = await StartAsync(
            new Dictionary<string, LoopbackReply[]> { [Outside[0]] = [Good], [Small] = [Empty], [Strong] = [LoopbackReply.ServerError()], [Large] = [Good] },
            thrift =>
            {
                var personal = new ModelRules();
                personal.AllowJurisdictions("EU");
                thrift.Policy.Classifications["personal"] = personal;
            });
        var options = new ChatOptions();
        RequestSettings.DataClassification.Set(options, "personal");

        Outcome bound = await servers.AskAsync(streamed, "hello", options);
        int heard = servers.Server(Outside[0]).Connections + servers.Server(Large).Connections;
        Outcome free = await servers.AskAsync(streamed, "hello");

        Assert.Equal(0, heard);
        Assert.True(bound.Receipt.Routing!.IsDegraded);
        Assert.Equal("a good answer", free.Response!.Text);
        Assert.Single(servers.Server(Outside[0]).Requests);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Where_no_model_is_allowed_nobody_hears_of_the_request_and_the_error_says_why_of_each(bool streamed)
    {
        await using RoutedServers servers = await StartAsync(
            new Dictionary<string, LoopbackReply[]> { [Outside[0]] = [Good], [Large] = [Good] }, thrift => thrift.Policy.AllowJurisdictions("EU"));

        Outcome outcome = await servers.AskAsync(streamed, "hello");

        NoCapableModelException error = Assert.IsType<NoCapableModelException>(outcome.Error);
        Assert.Equal([Outside[0], Large], error.Excluded.Keys.Order(StringComparer.Ordinal));
        Assert.All(new[] { Outside[0], Large }, model => Assert.Equal(0, servers.Server(model).Connections));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_router_without_a_pipeline_binds_its_judge_by_the_policy_too(bool streamed)
    {
        var european = new ScriptedChatClient("an answer");
        var judge = new ScriptedChatClient("BAD");
        var rules = new ModelPolicyOptions();
        rules.AllowJurisdictions("EU");
        using var router = new CheapestCapableChatClient(
            [new ModelLeg(Model("judge", "US", 9), judge), new ModelLeg(Model("small", "FR", 1), european), new ModelLeg(Model("strong", "FR", 5), new ScriptedChatClient("strong"))],
            new RoutingOptions { JudgeModelId = "judge" },
            policy: new ModelPolicy(rules));

        ChatResponse response = await router.AskAsync(streamed, "hello");

        Assert.Equal("an answer", response.Text);
        Assert.Empty(judge.Calls);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_model_that_a_request_names_is_held_against_the_policy_where_the_only_leg_takes_it(bool streamed)
    {
        var client = new ScriptedChatClient("an answer");
        var rules = new ModelPolicyOptions();
        rules.AllowJurisdictions("EU");
        using var router = new CheapestCapableChatClient([new ModelLeg(Model("small", "FR", 1), client)], policy: new ModelPolicy(rules));

        await Assert.ThrowsAsync<NoCapableModelException>(() => router.AskAsync(streamed, "hello", new ChatOptions { ModelId = "of-somebody-else" }));

        Assert.Empty(client.Calls);
    }

    private static LoopbackReply[] SmallSays(string path) => path switch
    {
        "check" or "repair" => [Empty],
        "retry" => [LoopbackReply.RateLimited(TimeSpan.Zero), Good],
        "fallback" or "all-fail" => [LoopbackReply.KeyRefused()],
        "all-rest" => [LoopbackReply.RateLimited("60")],
        "filter" => [LoopbackReply.PromptFiltered()],
        "too-long" => [LoopbackReply.ContextOverflow()],
        "agreement" => [LoopbackReply.Answer("another answer")],
        _ => [Good],
    };

    private static (int Small, int Strong) Asked(string path) => path switch
    {
        "check" or "fallback" or "all-fail" or "too-long" or "audit" or "agreement" => (1, 1),
        "retry" or "embedding" => (2, 0),
        "all-rest" => (2, 2),
        "repair" => (2, 1),
        _ => (1, 0),
    };

    private static void Configure(RoutingOptions routing, string path)
    {
        switch (path)
        {
            case "agreement":
                routing.RequireAgreement = true;
                break;
            case "repair":
                routing.RepairOnce = true;
                break;
            case "judge":
                routing.JudgeModelId = Large;
                break;
            case "audit":
                (routing.QualityFloor, routing.AuditShare) = (new QualityFloor(0.95), 1);
                break;
            case "filter":
                Outside.ToList().ForEach(routing.ContentFilterPeers.Add);
                break;
        }
    }

    private static IEmbeddingGenerator<string, Embedding<float>> EmbedderOf(LoopbackOpenAIServer server) =>
        new OpenAIClient(new ApiKeyCredential("test"), new OpenAIClientOptions { Endpoint = server.Endpoint }).GetEmbeddingClient("text-embedding-3-small").AsIEmbeddingGenerator();

    private static ModelInfo Model(string id, string jurisdiction, long price) => new(id)
    {
        Jurisdiction = jurisdiction,
        Prices = new ModelPrices(price * 1_000_000, price * 1_000_000),
    };
}
