using System.Globalization;
using System.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.Routing;
using TokenThrift.Tokens;

namespace TokenThrift.Tests.Routing;

/// <summary>A pipeline over random models that fail at random, all from one seed, and what must hold of every request through it.</summary>
internal sealed class RouteSimulation : IAsyncDisposable
{
    private const string Prompt = "Please read this paragraph of some sixty words, which is only here to make the prompt longer than anything that a repair adds to it, "
        + "so that the cost of a repair is bounded by twice the cost of the request itself, and then answer the question that stands at its end in one line: what is the total of number ";

    private static readonly string[] Faults =
        ["good", "good", "good", "good", "empty", "refusal", "cut-off", "filter-stop", "429", "429-wait", "500", "503", "401", "402", "400", "too-long", "filter", "network", "unreadable", "odd", "slow", "break", "break-late", "caller"];

    private readonly Random _random;
    private readonly ServiceProvider _services;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 7, 6, 12, 0, 0, TimeSpan.Zero));
    private readonly List<Sent> _sent = [];
    private readonly StringBuilder _trace = new();
    private readonly RoutingOptions _routing;
    private readonly HashSet<string> _forbidden = [];
    private CancellationTokenSource _caller = new();
    private DateTimeOffset _cancelledAt = DateTimeOffset.MaxValue;

    public RouteSimulation(int seed)
    {
        _random = new Random(seed);
        RoutingOptions? routing = null;
        _services = new ServiceCollection().AddSingleton<TimeProvider>(_time).AddTokenThrift(thrift =>
        {
            // Options are made more than once, and must be the same each time.
            Configure(thrift, new Random(seed));
            routing = thrift.Routing;
        }).BuildServiceProvider();
        Client = _services.GetRequiredService<IChatClient>();
        _routing = routing!;
    }

    /// <summary>Gets how many requests ended in each way, so that a test can tell that all ways were gone.</summary>
    public Dictionary<string, int> Ends { get; } = [];

    private IChatClient Client { get; }

    /// <summary>Makes some requests one after the other, each checked as it ends.</summary>
    public async Task RunAsync(int requests)
    {
        for (int i = 0; i < requests; i++)
        {
            await AskAsync(i);
            _time.Advance(TimeSpan.FromSeconds(_random.Next(0, 40)));
        }

        BudgetState state = Assert.Single(await _services.GetRequiredService<IBudgets>().ReadAsync(new BudgetRequest()));
        Must(state.Held == 0, "every hold is settled");
        Must(state.Posted == _services.GetRequiredService<ReceiptBook>().Recent().SelectMany(r => r.Calls).Sum(c => c.Settled?.Value ?? 0), "the ledger has what the receipts say");
    }

    public async ValueTask DisposeAsync()
    {
        _caller.Dispose();
        await _services.DisposeAsync();
    }

    private void Configure(TokenThriftOptions thrift, Random random)
    {
        int models = random.Next(2, 5);
        for (int i = 0; i < models; i++)
        {
            string id = $"m{i}";
            bool forbidden = i > 0 && random.Next(5) == 0;
            if (forbidden)
            {
                _forbidden.Add(id);
            }

            decimal price = (i + 1) * random.Next(1, 20);
            thrift.Models.Add(new ModelOverride
            {
                Id = id,
                Vendor = $"vendor-{random.Next(3)}",
                Jurisdiction = forbidden ? "XX" : "FR",
                InputUsdPerMillion = price,
                OutputUsdPerMillion = price * 4,
                ContextTokens = 1000 * (i + 1),
                MaxOutputTokens = 200,
                Capabilities = ModelCapabilities.Tools | ModelCapabilities.Temperature,
            });
            thrift.AddModel(id, _ => new FaultyLeaf(this, id));
        }

        thrift.Policy.AllowJurisdictions("EU");
        thrift.Caching.Enabled = false;
        thrift.Budgets.Limits.Add(new ScopeLimit { Scope = BudgetScopeKind.Process, Usd = random.Next(4) == 0 ? 0.05m : 1_000 });
        Configure(thrift.Routing, models, random);
    }

    private static void Configure(RoutingOptions routing, int models, Random random)
    {
        routing.MaximumAttempts = random.Next(1, 5);
        routing.RetriesPerModel = random.Next(3);
        (routing.RetryDelay, routing.LongestRetryWait) = (TimeSpan.Zero, TimeSpan.Zero);
        (routing.AttemptTimeout, routing.FirstTokenTimeout) = (TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(random.Next(5, 20)));
        routing.Deadline = random.Next(2) == 0 ? TimeSpan.FromSeconds(random.Next(5, 40)) : null;
        routing.MaximumCostUsd = random.Next(2) == 0 ? random.Next(1, 400) * 0.0001m : null;
        (routing.RepairOnce, routing.RequireAgreement) = (random.Next(3) == 0, random.Next(4) == 0);
        (routing.WhenAllFail, routing.WhenAllRest) = ((WhenAllFail)random.Next(2), (WhenAllRest)random.Next(2));
        routing.StreamCommitCharacters = random.Next(3) == 0 ? 4 : null;
        if (random.Next(3) == 0)
        {
            (routing.QualityFloor, routing.AuditShare) = (new QualityFloor(0.9), 0.5);
        }

        routing.JudgeModelId = random.Next(4) == 0 ? $"m{random.Next(models)}" : null;
        if (random.Next(3) == 0)
        {
            routing.ContentFilterPeers.Add($"m{random.Next(models)}");
        }
    }

    private async Task AskAsync(int number)
    {
        _sent.Clear();
        _caller.Dispose();
        _caller = new CancellationTokenSource();
        _cancelledAt = DateTimeOffset.MaxValue;
        DateTimeOffset began = _time.GetUtcNow();
        bool streamed = _random.Next(2) == 0;
        bool leaves = streamed && _random.Next(10) == 0;
        var shown = new StringBuilder();
        ChatResponse? response = null;
        Exception? error = null;
        _trace.Append(CultureInfo.InvariantCulture, $"\n{number}{(streamed ? " streamed" : "")}:");
        try
        {
            if (streamed)
            {
                var updates = new List<ChatResponseUpdate>();
                await foreach (ChatResponseUpdate update in Client.GetStreamingResponseAsync(Prompt + number, cancellationToken: _caller.Token))
                {
                    updates.Add(update);
                    shown.Append(update.Text);
                    if (leaves && shown.Length > 0)
                    {
                        break;
                    }
                }

                response = updates.ToChatResponse();
            }
            else
            {
                response = await Client.GetResponseAsync(Prompt + number, cancellationToken: _caller.Token);
                shown.Append(response.Text);
            }
        }
        catch (Exception e)
        {
            error = e;
        }

        leaves &= error is null && shown.Length > 0;
        string end = error?.GetType().Name ?? (leaves ? "left" : response!.AdditionalProperties?.ContainsKey(CheapestCapableChatClient.DegradedProperty) == true ? "degraded" : "served");
        _trace.Append(CultureInfo.InvariantCulture, $" -> {end}");
        Ends[end] = Ends.GetValueOrDefault(end) + 1;
        Check(_services.GetRequiredService<ReceiptBook>().Recent()[^1], began, shown.ToString(), leaves, error);
    }

    private void Check(ThriftReceipt receipt, DateTimeOffset began, string shown, bool left, Exception? error)
    {
        RoutingRecord routing = receipt.Routing!;
        RoutingAttempt[] served = [.. routing.Attempts.Where(a => a.Outcome == CallOutcome.Served)];
        Must(served.Length <= 1, "at most one answer is committed");
        Must(error is not null || left || served.Length == 1 || routing.IsDegraded, "an answer was served, or the best one is marked");
        Must(error is null || routing.ServedModelId is null, "an error serves nobody");

        // What was shown is one model's one answer and nothing else: whole, or, where it broke or was left, its beginning.
        Sent[] sources = [.. _sent.Where(s => s.Text is { } text && (error is null && !left ? text == shown : text.StartsWith(shown, StringComparison.Ordinal)))];
        Must(error is not null || sources.Length > 0, "what was shown is one answer, whole");
        Must(shown.Length == 0 || sources.Length > 0, "what was shown is of one answer");
        Must(error is not null || left || shown.Length == 0 || sources.Any(s => s.Model == routing.ServedModelId), "the served model is the one whose words were shown");

        // Money: the record, the calls and the receipt say the same.
        CallRecord[] sent = [.. receipt.Calls.Where(c => c.Outcome != CallOutcome.Refused)];
        Must(receipt.Spent!.Value.Value == sent.Sum(c => c.Cost!.Value.Value), "the calls add up to the receipt");
        Must(sent.Length == _sent.Count, "every call that reached a provider is in the receipt");
        Must(sent.Where(c => c.Purpose != CallPurpose.Judge).Select(c => c.Attempt).Distinct().Count() == sent.Count(c => c.Purpose != CallPurpose.Judge), "every call is an attempt of its own");
        Must(sent.Where(c => c.Purpose != CallPurpose.Judge).All(c => routing.Attempts.Any(a => a.Attempt == c.Attempt && a.ModelId == c.ModelId)), "every call is among the attempts");
        Must(_routing.MaximumCostUsd is not { } cap || receipt.Spent.Value <= NanoUsd.FromUsd(cap), "the cap on the cost holds");

        // Who was asked.
        Must(!_sent.Any(s => _forbidden.Contains(s.Model)), "what the policy forbids is never asked");
        Must(!sent.Any(c => c.Purpose != CallPurpose.Judge && routing.Excluded.ContainsKey(c.ModelId!)), "what was left out is never asked");
        Must(routing.Attempts.Select(a => a.ModelId).Distinct().Count() <= _routing.MaximumAttempts, "no more models are asked than may be");
        Must(
            routing.Attempts.GroupBy(a => a.ModelId).All(g => g.Count() <= (1 + _routing.RetriesPerModel) * (_routing.RepairOnce ? 2 : 1)), "no model is tried more often than it may be");

        // Time.
        Must(_routing.Deadline is not { } limit || _sent.All(s => s.At < began + limit), "nothing is asked after the deadline");
        Must(_sent.All(s => s.At <= _cancelledAt), "nothing is asked after the caller has cancelled");
        Must(!_caller.IsCancellationRequested || error is OperationCanceledException || _sent[^1].Ended, "a cancelled request ends as cancelled");
        Must(shown.Length > 0 || error is null or OperationCanceledException or RoutingFailedException or NoCapableModelException or BudgetExceededException or HttpRequestException or ModelPolicyException, "no other error comes out");
    }

    private void Must(bool holds, string rule)
    {
        if (!holds)
        {
            Assert.Fail($"Not so: {rule}.\nattempts {_routing.MaximumAttempts}, retries {_routing.RetriesPerModel}, deadline {_routing.Deadline}, cap {_routing.MaximumCostUsd}, repair {_routing.RepairOnce}, "
                + $"agreement {_routing.RequireAgreement}, floor {_routing.QualityFloor is not null}, judge {_routing.JudgeModelId}, peers {string.Join(',', _routing.ContentFilterPeers)}, commit {_routing.StreamCommitCharacters}, "
                + $"{_routing.WhenAllFail}, {_routing.WhenAllRest}, forbidden {string.Join(',', _forbidden)}{_trace}");
        }
    }

    /// <summary>One call that reached a provider.</summary>
    private sealed class Sent(string model, DateTimeOffset at)
    {
        public string Model => model;

        public DateTimeOffset At => at;

        /// <summary>Gets or sets what it said, or began to say; <see langword="null"/> when it said nothing.</summary>
        public string? Text { get; set; }

        public bool Ended { get; set; }
    }

    private sealed class FaultyLeaf(RouteSimulation simulation, string model) : IChatClient
    {
        public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            var updates = new List<ChatResponseUpdate>();
            await foreach (ChatResponseUpdate update in AnswerAsync([.. messages], options, cancellationToken))
            {
                updates.Add(update);
            }

            return updates.ToChatResponse();
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            AnswerAsync([.. messages], options, cancellationToken);

        public object? GetService(Type serviceType, object? serviceKey = null) =>
            serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("simulated", null, model) : null;

        public void Dispose()
        {
        }

        private async IAsyncEnumerable<ChatResponseUpdate> AnswerAsync(
            List<ChatMessage> messages, ChatOptions? options, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Random random = simulation._random;
            var sent = new Sent(model, simulation._time.GetUtcNow());
            simulation._sent.Add(sent);
            cancellationToken.ThrowIfCancellationRequested();
            string fault = Faults[random.Next(Faults.Length)];
            simulation._trace.Append(CultureInfo.InvariantCulture, $" {model}/{fault}");
            simulation._time.Advance(TimeSpan.FromSeconds(random.Next(0, 4)));
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            switch (fault)
            {
                case "429" or "500" or "503" or "401" or "402":
                    throw RoutingTestKit.Http(int.Parse(fault, CultureInfo.InvariantCulture));
                case "429-wait":
                    throw new System.ClientModel.ClientResultException(new HeaderResponse(429, "retry-after", "30"));
                case "400":
                    throw RoutingTestKit.Http(400, "the request is malformed");
                case "too-long":
                    throw RoutingTestKit.Http(400, "context_length_exceeded");
                case "filter":
                    throw RoutingTestKit.Http(400, "content_filter");
                case "network":
                    throw new HttpRequestException("the connection could not be made");
                case "unreadable":
                    throw new System.Text.Json.JsonException("half an answer");
                case "odd":
                    throw new InvalidOperationException("nobody knows why");
                case "slow":
                    simulation._time.Advance(TimeSpan.FromSeconds(30));
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                    break;
                case "caller":
                    simulation._cancelledAt = simulation._time.GetUtcNow();
                    await simulation._caller.CancelAsync();
                    cancellationToken.ThrowIfCancellationRequested();
                    break;
            }

            // Each answer is unlike every other, so that what was shown tells whose it is; a short one agrees with nobody by chance.
            string text = fault switch
            {
                "empty" => string.Empty,
                "refusal" => "I'm sorry, but I can't help with that.",
                _ => $"{(random.Next(2) == 0 ? 41 : 42)} says {model} at its call {simulation._trace.Length}",
            };
            sent.Text = string.Empty;
            foreach (string word in Words(text))
            {
                if (fault == "break" || (fault == "break-late" && sent.Text.Length > 10))
                {
                    throw new IOException("the connection broke");
                }

                sent.Text += word;
                yield return new ChatResponseUpdate(ChatRole.Assistant, word) { ResponseId = "r", MessageId = "m" };
                await Task.Yield();
                cancellationToken.ThrowIfCancellationRequested();
            }

            sent.Ended = true;
            ModelInfo info = simulation._services.GetRequiredService<ModelCatalog>().Find(model)!;
            yield return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(new UsageDetails
            {
                InputTokenCount = TokenCounters.Shared.For(info).Count(messages, options),
                OutputTokenCount = 1,
            })])
            {
                ResponseId = "r",
                MessageId = "m",
                FinishReason = fault == "cut-off" ? ChatFinishReason.Length : fault == "filter-stop" ? ChatFinishReason.ContentFilter : ChatFinishReason.Stop,
            };
        }

        private static IEnumerable<string> Words(string text)
        {
            for (int start = 0; start < text.Length;)
            {
                int space = text.IndexOf(' ', start + 1);
                int end = space < 0 ? text.Length : space;
                yield return text[start..end];
                start = end;
            }
        }
    }
}
