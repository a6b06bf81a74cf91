using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using OpenAI;
using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;
using TokenThrift.Tokens;

namespace TokenThrift.Tests.Budgets;

public class ClientRetriesTests
{
    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(true, false)]
    public async Task Requests_on_the_wire_are_what_the_hold_covers(bool streamed, bool retries)
    {
        int requests = 0;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using WebApplication server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        server.MapPost("/v1/chat/completions", (HttpContext context) =>
        {
            Interlocked.Increment(ref requests);
            context.Response.Headers["retry-after-ms"] = "1";
            return Results.StatusCode(500);
        });
        await server.StartAsync();

        var options = new OpenAIClientOptions { Endpoint = new Uri(server.Urls.First() + "/v1") };
        if (!retries)
        {
            options.RetryPolicy = new ClientRetryPolicy(maxRetries: 0);
        }

        using IChatClient openAi = new OpenAIClient(new ApiKeyCredential("key"), options).GetChatClient("test-model").AsIChatClient();
        var budgets = new BudgetService();
        var meter = new MeteringChatClient(openAi, new ModelCatalog([BudgetBench.Model]), TokenCounters.Shared, TimeProvider.System);
        using var gate = new BudgetingChatClient(meter, budgets, requestsPerCall: retries ? null : 1);
        using var single = new BudgetingChatClient(meter, budgets, requestsPerCall: 1);
        using BudgetTask task = budgets.BeginTask("close", Limit.Usd(1m));
        NanoUsd one = (await single.QuoteAsync([new ChatMessage(ChatRole.User, "hello")], null)).WorstCase!.Value;
        await Assert.ThrowsAnyAsync<Exception>(() => gate.AskAsync(streamed, "hello"));

        // Each request may have been billed, so all that was held is charged: once for every request on the wire.
        Assert.Equal(retries ? 4 : 1, requests);
        Assert.Equal(requests * one.Value, task.Spent.Value);
        Assert.Equal(default, task.Summary.Held);
    }
}
