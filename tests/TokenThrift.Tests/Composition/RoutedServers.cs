using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OpenAI;
using TokenThrift.Budgets;
using TokenThrift.Receipts;
using TokenThrift.Routing;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Composition;

/// <summary>A whole pipeline over several servers, each the endpoint of one model, reached by the real OpenAI client with its retries off.</summary>
internal sealed class RoutedServers : IAsyncDisposable
{
    /// <summary>The cheapest of the three, and its like at three times the price; both take 272,000 tokens.</summary>
    public const string Nano = "gpt-5.4-nano";
    public const string Mini = "gpt-5.4-mini";

    /// <summary>The strongest, with the largest window.</summary>
    public const string Large = "gpt-5.5";

    private readonly Dictionary<string, LoopbackOpenAIServer> _servers;
    private readonly ServiceProvider _services;

    private RoutedServers(Dictionary<string, LoopbackOpenAIServer> servers, ServiceProvider services, FakeTimeProvider? time)
    {
        _servers = servers;
        _services = services;
        Time = time;
        Client = services.GetRequiredService<IChatClient>();
    }

    public IChatClient Client { get; }

    public FakeTimeProvider? Time { get; }

    public CheapestCapableChatClient Router => Client.GetService<CheapestCapableChatClient>()!;

    /// <summary>Starts a server for each model and a pipeline over them.</summary>
    /// <param name="answers">What each model's server says.</param>
    /// <param name="configure">Changes the settings, or <see langword="null"/>.</param>
    /// <param name="realTime">Whether time limits run by the system's clock rather than by one that the test moves.</param>
    /// <param name="register">Adds services of the application, or <see langword="null"/>.</param>
    public static async Task<RoutedServers> StartWithAsync(
        Dictionary<string, Func<LoopbackRequest, CancellationToken, Task<LoopbackReply>>> answers,
        Action<TokenThriftOptions>? configure = null,
        bool realTime = false,
        Action<IServiceCollection>? register = null)
    {
        var servers = new Dictionary<string, LoopbackOpenAIServer>();
        foreach ((string model, Func<LoopbackRequest, CancellationToken, Task<LoopbackReply>> answer) in answers)
        {
            servers[model] = await LoopbackOpenAIServer.StartAsync(answer);
        }

        FakeTimeProvider? time = realTime ? null : new FakeTimeProvider(new DateTimeOffset(2026, 7, 6, 12, 0, 0, TimeSpan.Zero));
        var services = new ServiceCollection();
        if (time is not null)
        {
            services.AddSingleton<TimeProvider>(time);
        }

        services.AddTokenThrift(thrift =>
        {
            foreach ((string model, LoopbackOpenAIServer server) in servers)
            {
                thrift.AddModel(model, _ => ClientOf(server, model));
            }

            thrift.Routing.RetryDelay = TimeSpan.Zero;
            thrift.Budgets.Limits.Add(new ScopeLimit { Scope = BudgetScopeKind.Process, Usd = 1_000 });
            configure?.Invoke(thrift);
        });
        register?.Invoke(services);
        return new RoutedServers(servers, services.BuildServiceProvider(), time);
    }

    /// <summary>Starts servers that give their replies in order and then the last one for ever.</summary>
    public static Task<RoutedServers> StartAsync(Dictionary<string, LoopbackReply[]> replies, Action<TokenThriftOptions>? configure = null, bool realTime = false, Action<IServiceCollection>? register = null) =>
        StartWithAsync(
            replies.ToDictionary(
                r => r.Key,
                r => (Func<LoopbackRequest, CancellationToken, Task<LoopbackReply>>)((request, _) => Task.FromResult(r.Value[Math.Min(request.Index, r.Value.Length - 1)]))),
            configure,
            realTime,
            register);

    public LoopbackOpenAIServer Server(string model) => _servers[model];

    /// <summary>Says how many requests each model's server has seen, in the order of the models' prices.</summary>
    public int[] Seen => [.. _servers.Values.Select(s => s.Requests.Count)];

    /// <summary>Gets the receipt of the latest request.</summary>
    public ThriftReceipt Receipt => _services.GetRequiredService<ReceiptBook>().Recent()[^1];

    /// <summary>Asks one question and returns what came of it.</summary>
    public async Task<Outcome> AskAsync(bool streamed, string question, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var words = new List<string>();
        ChatResponse? response = null;
        Exception? error = null;
        try
        {
            if (streamed)
            {
                var updates = new List<ChatResponseUpdate>();
                await foreach (ChatResponseUpdate update in Client.GetStreamingResponseAsync(question, options, cancellationToken))
                {
                    words.Add(update.Text);
                    updates.Add(update);
                }

                response = updates.ToChatResponse();
            }
            else
            {
                response = await Client.GetResponseAsync(question, options, cancellationToken);
            }
        }
        catch (Exception e)
        {
            error = e;
        }

        return new Outcome(response, error, string.Concat(words), Receipt);
    }

    /// <summary>Fails unless every hold has been settled and ledger, calls and receipt say the same of what was spent.</summary>
    public async Task AssertSettledAsync()
    {
        IReadOnlyList<BudgetState> states = await _services.GetRequiredService<IBudgets>().ReadAsync(new BudgetRequest());
        BudgetState state = Assert.Single(states);
        Assert.Equal(0, state.Held);
        IReadOnlyList<CallRecord> calls = [.. _services.GetRequiredService<ReceiptBook>().Recent().SelectMany(r => r.Calls)];
        Assert.Equal(state.Posted, calls.Sum(c => c.Settled?.Value ?? 0));
        Assert.All(
            _services.GetRequiredService<ReceiptBook>().Recent(),
            receipt => Assert.Equal(receipt.Calls.Where(c => c.Outcome != CallOutcome.Refused).Sum(c => c.Cost!.Value.Value), receipt.Spent!.Value.Value));
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        foreach (LoopbackOpenAIServer server in _servers.Values)
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>Makes the real client for a server; it sends each request once.</summary>
    public static IChatClient ClientOf(LoopbackOpenAIServer server, string model) => new OpenAIClient(
        new ApiKeyCredential("test"),
        new OpenAIClientOptions { Endpoint = server.Endpoint, RetryPolicy = new ClientRetryPolicy(0) }).GetChatClient(model).AsIChatClient();

    /// <summary>What came of one request.</summary>
    public sealed record Outcome(ChatResponse? Response, Exception? Error, string Shown, ThriftReceipt Receipt)
    {
        /// <summary>Gets the attempts as the receipt tells them: model, outcome, reason.</summary>
        public string Attempts => string.Join("; ", Receipt.Routing!.Attempts.Select(a => $"{a.ModelId} {a.Outcome}{(a.Reason is null ? null : " " + a.Reason)}"));
    }
}
