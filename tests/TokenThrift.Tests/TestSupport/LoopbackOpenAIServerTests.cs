using System.ClientModel;
using System.ClientModel.Primitives;
using System.ComponentModel;
using Microsoft.Extensions.AI;
using OpenAI;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.TestSupport;

public class LoopbackOpenAIServerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_official_client_reads_text_usage_and_cached_tokens(bool streamed)
    {
        await using var server = await LoopbackOpenAIServer.StartAsync(LoopbackReply.Answer("four words of text", input: 2000, output: 7, cached: 1024));
        using IChatClient client = Client(server);

        ChatResponse response = await client.AskAsync(streamed, "hello", new ChatOptions { MaxOutputTokens = 99 });

        Assert.Equal("four words of text", response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Equal((2000, 7, 1024), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.CachedInputTokenCount));
        LoopbackRequest request = Assert.Single(server.Requests);
        Assert.Equal((streamed, "hello", "gpt-test", 99), (request.IsStreaming, request.LastText, request.Model, request.MaxOutputTokens));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_function_loop_runs_the_tool_and_sends_its_result_back(bool streamed)
    {
        await using var server = await LoopbackOpenAIServer.StartAsync(
            LoopbackReply.ToolCall("rate", """{"currency":"EUR"}"""), LoopbackReply.Answer("1.08"));
        using IChatClient client = Client(server).AsBuilder().UseFunctionInvocation().Build();
        AIFunction rate = AIFunctionFactory.Create(([Description("ISO code")] string currency) => currency == "EUR" ? "EUR=1.08" : "?", "rate");

        ChatResponse response = await client.AskAsync(streamed, "rate?", new ChatOptions { Tools = [rate] });

        Assert.Equal("1.08", response.Text);
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(["rate"], server.Requests[0].ToolNames);
        Assert.Contains("EUR=1.08", server.Requests[1].LastText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_rate_limit_is_retried_after_the_time_that_it_names(bool streamed)
    {
        await using var server = await LoopbackOpenAIServer.StartAsync(LoopbackReply.RateLimited(TimeSpan.Zero), LoopbackReply.Answer("ok"));
        using IChatClient client = Client(server, retries: 1);

        Assert.Equal("ok", (await client.AskAsync(streamed, "hello")).Text);
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData(false, 429, "rate_limit_exceeded")]
    [InlineData(true, 500, "server_error")]
    [InlineData(false, 400, "context_length_exceeded")]
    [InlineData(true, 400, "content_filter")]
    public async Task A_refusal_comes_back_with_its_status_and_code(bool streamed, int status, string code)
    {
        LoopbackReply reply = code switch
        {
            "rate_limit_exceeded" => LoopbackReply.RateLimited(TimeSpan.FromSeconds(3)),
            "server_error" => LoopbackReply.ServerError(),
            "context_length_exceeded" => LoopbackReply.ContextOverflow(),
            _ => LoopbackReply.PromptFiltered(),
        };
        await using var server = await LoopbackOpenAIServer.StartAsync(reply);
        using IChatClient client = Client(server);

        ClientResultException exception = await Assert.ThrowsAsync<ClientResultException>(() => client.AskAsync(streamed, "hello"));

        Assert.Equal(status, exception.Status);
        Assert.Contains(code, exception.GetRawResponse()!.Content.ToString(), StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_filtered_answer_says_so_in_its_finish_reason(bool streamed)
    {
        await using var server = await LoopbackOpenAIServer.StartAsync(LoopbackReply.ContentFiltered());
        using IChatClient client = Client(server);

        Assert.Equal(ChatFinishReason.ContentFilter, (await client.AskAsync(streamed, "hello")).FinishReason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hanging_request_ends_with_the_caller_s_cancellation(bool streamed)
    {
        await using var server = await LoopbackOpenAIServer.StartAsync(LoopbackReply.Hang());
        using IChatClient client = Client(server);
        using var cancellation = new CancellationTokenSource();

        Task<ChatResponse> asked = client.AskAsync(streamed, "hello", cancellationToken: cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cut_connection_fails_the_call(bool streamed)
    {
        await using var server = await LoopbackOpenAIServer.StartAsync(LoopbackReply.Cut("one two three four five six"));
        using IChatClient client = Client(server);

        await Assert.ThrowsAnyAsync<Exception>(() => client.AskAsync(streamed, "hello"));
    }

    [Fact]
    public async Task A_stream_that_is_cut_has_given_its_first_words()
    {
        await using var server = await LoopbackOpenAIServer.StartAsync(LoopbackReply.Cut("one two three four five six"));
        using IChatClient client = Client(server);
        string seen = string.Empty;

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hello"))
            {
                seen += update.Text;
            }
        });

        Assert.StartsWith("one", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("six", seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Broken_json_fails_the_call(bool streamed)
    {
        await using var server = await LoopbackOpenAIServer.StartAsync(LoopbackReply.BadJson());
        using IChatClient client = Client(server);

        await Assert.ThrowsAnyAsync<Exception>(() => client.AskAsync(streamed, "hello"));
    }

    [Fact]
    public async Task Usage_is_absent_where_the_server_does_not_report_it()
    {
        await using var server = await LoopbackOpenAIServer.StartAsync(LoopbackReply.Answer("text") with { ReportsUsage = false });
        using IChatClient client = Client(server);

        Assert.Null((await client.AskAsync(streamed: true, "hello")).Usage);
    }

    private static IChatClient Client(LoopbackOpenAIServer server, int retries = 0) =>
        new OpenAIClient(
            new ApiKeyCredential("test"),
            new OpenAIClientOptions { Endpoint = server.Endpoint, RetryPolicy = new ClientRetryPolicy(retries) })
        .GetChatClient("gpt-test").AsIChatClient();
}
