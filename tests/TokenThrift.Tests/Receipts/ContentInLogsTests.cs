using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Receipts;

/// <summary>What people say to a model stands in no log, whatever happens, unless receipts hold content and the log is at Trace.</summary>
public class ContentInLogsTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Content_is_logged_only_at_Trace_and_only_where_receipts_hold_it(bool streamed, bool includesContent)
    {
        var services = new ServiceCollection();
        services.AddFakeLogging().AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace));
        services.AddSingleton<IReceiptSink>(new BrokenSink());
        int calls = 0;
        services.AddTokenThrift(thrift =>
        {
            thrift.AddModel("gpt-5.5", _ => new ScriptedChatClient(_ => ++calls % 3 == 0 ? throw new HttpRequestException("the zanzibar endpoint") : ScriptedChatClient.Answer("zanzibar is the answer")));
            thrift.Receipts.IncludeContent = includesContent;
            thrift.Routing.RetryDelay = TimeSpan.Zero;
        });
        await using ServiceProvider provider = services.BuildServiceProvider();
        IChatClient client = provider.GetRequiredService<IChatClient>();
        for (int i = 0; i < 6; i++)
        {
            try
            {
                await client.AskAsync(streamed, [new ChatMessage(ChatRole.System, "zanzibar rules"), new ChatMessage(ChatRole.User, $"where is zanzibar, for the {i / 2}th time?")]);
            }
            catch (HttpRequestException)
            {
                // A request that fails leaves a receipt and logs, too.
            }
        }

        FakeLogRecord[] records = [.. provider.GetFakeLogCollector().GetSnapshot()];
        Assert.Contains(records, record => record.Id.Id == 7001);
        Assert.Contains(records, record => record.Id.Id == 7003);
        FakeLogRecord[] telling = [.. records.Where(record => $"{record.Message} {string.Join(' ', record.StructuredState ?? [])}".Contains("zanzibar", StringComparison.Ordinal))];
        Assert.All(telling, record => Assert.Equal((LogLevel.Trace, 7004), (record.Level, record.Id.Id)));
        Assert.Equal(includesContent ? 6 : 0, telling.Length);
    }

    private sealed class BrokenSink : IReceiptSink
    {
        public ValueTask AddAsync(ThriftReceipt receipt, CancellationToken cancellationToken = default) => throw new IOException("The disk is full.");
    }
}
