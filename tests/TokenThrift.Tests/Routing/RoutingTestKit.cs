using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.Routing;
using TokenThrift.TestSupport;
using TokenThrift.Tokens;

namespace TokenThrift.Tests.Routing;

/// <summary>Models and routers for the tests of this room.</summary>
internal static class RoutingTestKit
{
    private const ModelCapabilities Everything = ModelCapabilities.Tools | ModelCapabilities.ParallelTools | ModelCapabilities.StructuredOutput
        | ModelCapabilities.Vision | ModelCapabilities.Audio | ModelCapabilities.Files | ModelCapabilities.Reasoning | ModelCapabilities.Temperature;

    /// <summary>Makes a model with a price in whole USD per million tokens, input and output alike.</summary>
    public static ModelInfo Model(string id, long price, ModelCapabilities capabilities = Everything, long? context = 100_000, string? jurisdiction = "US") => new(id)
    {
        Vendor = id + "-vendor",
        Jurisdiction = jurisdiction,
        Origin = jurisdiction,
        Region = jurisdiction,
        Prices = new ModelPrices(price * 1_000_000, price * 1_000_000),
        Capabilities = capabilities,
        ContextTokens = context,
        MaxOutputTokens = 8_000,
    };

    public static ModelLeg Leg(string id, long price, IChatClient client) => new(Model(id, price), client);

    public static ScriptedChatClient Failing(Exception exception) => new((_, _) => Task.FromException<ChatResponse>(exception));

    public static HttpRequestException Http(int status, string message = "fault") => new(message, null, (System.Net.HttpStatusCode)status);

    public static CheapestCapableChatClient Router(RoutingOptions? options, params ModelLeg[] legs) =>
        new(legs, options ?? new RoutingOptions { RetriesPerModel = 0 }, TokenCounters.Shared, new FakeTimeProvider());

    /// <summary>Asks with a request context of our own, so that the test can read what the router recorded.</summary>
    public static async Task<(ChatResponse? Response, RoutingRecord Routing, Exception? Error)> AskRecordedAsync(
        this IChatClient client, bool streamed, IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        RequestContext context = RequestContext.GetOrCreate(ref messages, ref options);
        ChatResponse? response = null;
        Exception? error = null;
        try
        {
            response = await client.AskAsync(streamed, messages, options, cancellationToken);
        }
        catch (Exception e)
        {
            error = e;
        }

        return (response, ReceiptRecorder.Of(context).Routing!, error);
    }

    public static Task<(ChatResponse? Response, RoutingRecord Routing, Exception? Error)> AskRecordedAsync(
        this IChatClient client, bool streamed, string question, ChatOptions? options = null) =>
        client.AskRecordedAsync(streamed, [new ChatMessage(ChatRole.User, question)], options);
}
