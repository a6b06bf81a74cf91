using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using TokenThrift.AotSmoke;
using TokenThrift.Models;
using TokenThrift.Requests;
using TokenThrift.Tokens;

// Runs the public face end to end. Published with native AOT it shows that nothing in it needs reflection or JIT.
// Exit code 0 and a last line "ok" when every check held.
var checks = new Checks();
checks.That("runs as native code", !RuntimeFeature.IsDynamicCodeSupported, required: false);

ModelInfo? model = ModelCatalog.Default.Find("openai/gpt-5.5-2026-04-01");
checks.That("the embedded catalogue resolves a dated id", model?.Id == "gpt-5.5");
checks.That("a wrong prefix is not resolved", ModelCatalog.Default.Find("gpt-5.5-mini") is null);

ITokenCounter counter = TokenCounters.Shared.For(model);
ChatMessage[] messages = [new(ChatRole.System, "You close the books."), new(ChatRole.User, "Reconcile June, please.")];
checks.That("tokens are counted within their bound", counter.Count(messages, null) is > 8 and var count && count <= counter.UpperBound(messages, null));

var policy = new ModelPolicy(new ModelPolicyOptions { AllowedJurisdictions = { "EU" } });
checks.That("the policy gives its reasons", policy.Exclusions(model!).Count == 1);

var provider = new EchoChatClient();
var services = new ServiceCollection();
services.AddChatClient(provider);
services.AddTokenThrift();
using (ServiceProvider container = services.BuildServiceProvider())
{
    IChatClient client = container.GetRequiredService<IChatClient>();
    ChatResponse first = await client.GetResponseAsync(messages);
    checks.That("a call is answered", first.Text == "echo: Reconcile June, please.");
    ChatResponse again = await client.GetResponseAsync(messages);
    checks.That("an equal call is answered from the cache", again.Text == first.Text && provider.Calls == 1);

    var streamed = new List<ChatResponseUpdate>();
    await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "Stream it.")]))
    {
        streamed.Add(update);
    }

    checks.That("a stream is answered", streamed.ToChatResponse().Text == "echo: Stream it.");

    var options = new ChatOptions { Tools = [AIFunctionFactory.CreateDeclaration("balance", "Reads a balance.", System.Text.Json.JsonDocument.Parse("""{"type":"object","properties":{"entity":{"type":"string"}}}""").RootElement)] };
    RequestSettings.Tenant.Set(options, "acme");
    ChatResponse withTools = await client.GetResponseAsync([new ChatMessage(ChatRole.User, "With tools.")], options);
    checks.That("a call with tools and settings is answered", withTools.Text == "echo: With tools." && provider.LastOptions?.AdditionalProperties is null);
}

return checks.Report();
