using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Tokens;

namespace TokenThrift.Evaluation.Budgets;

/// <summary>What a mutant breaks around the gate.</summary>
internal enum GateFault
{
    None,
    Bypass,
    BypassStreams,
    Reprices,
    FreeWhenUnknown,
    LeaksCancelled,
}

/// <summary>Seeded calls through the real gate and meter to a provider that keeps the true bill and behaves as badly as real ones do.</summary>
internal sealed class GateSimulation : IDisposable
{
    private static readonly ModelPrices Prices = new(3_625, 14_500) { CachedInput = 363, CacheWrite = 4_532, Reasoning = 17_000 };
    private static readonly int BehaviourCount = Enum.GetValues<Behaviour>().Length;
    private readonly Random _random;
    private readonly SimulationReport _report;
    private readonly GateFault _fault;
    private readonly SimulatedClock _clock = new();
    private readonly SimulatedProvider _provider;
    private readonly Spy _spy;
    private readonly BudgetService _budgets;
    private readonly BudgetingChatClient _gate;
    private readonly BudgetingChatClient _retrying;
    private readonly BudgetingChatClient _unpriced;

    public GateSimulation(int seed, SimulationReport report, GateFault fault, Func<IBudgetLedger, IBudgetLedger> mutate)
    {
        _random = new Random(seed);
        _report = report;
        _fault = fault;
        _provider = new SimulatedProvider(_random, _clock, () => _spy!.ExpireAsync().AsTask().GetAwaiter().GetResult());
        _spy = new Spy(mutate(new BudgetLedger(new MemoryBudgetStore(), _clock)), fault);
        _budgets = new BudgetService(new BudgetOptions { HoldWait = TimeSpan.Zero }, _spy, _clock);
        var model = new ModelInfo("simulated") { Prices = Prices, ContextTokens = 50_000, MaxOutputTokens = 2_000 };
        _gate = Gate(model);
        _retrying = Gate(model, requestsPerCall: 2);
        _unpriced = Gate(fault == GateFault.FreeWhenUnknown ? model with { Prices = new ModelPrices(0, 0) } : model with { Prices = new ModelPrices(null, null) });
    }

    public void Dispose() => _provider.Dispose();

    public async Task StepAsync()
    {
        _report.Steps++;
        _spy.Begin();
        _provider.Begin(_random.Next(BehaviourCount));
        bool isUnpriced = _random.Next(50) == 0;
        bool streamed = _random.Next(2) == 0;
        using BudgetTask task = _budgets.BeginTask("simulated", Limit.Usd(_random.Next(4) == 0 ? 0.00001m : 0.01m));
        IChatClient client = isUnpriced ? _unpriced : (_fault == GateFault.Bypass && _random.Next(20) == 0) || (_fault == GateFault.BypassStreams && streamed) ? _provider : _provider.Behaviour == Behaviour.AskedTwice ? _retrying : _gate;
        string how = await AskAsync(client, streamed);
        _report.Say($"{_provider.Behaviour}, {(streamed ? "streamed" : "plain")}: {how}");

        BudgetAmounts held = (await _spy.ReadAsync([BudgetDemand.On(task.Scope, BudgetWindow.Lifetime, [], default)]))[0].Held;
        BudgetAmounts posted = (await _spy.ReadAsync([BudgetDemand.On(task.Scope, BudgetWindow.Lifetime, [], default)]))[0].Posted;
        _report.Check(_provider.Requests == _spy.Sent * (_provider.Behaviour == Behaviour.AskedTwice ? 2 : 1), "I12", $"the provider saw {_provider.Requests} requests and the ledger {_spy.Sent} holds");
        _report.Check(!isUnpriced || _provider.Requests == 0, "I8", "a model without a price was called under a cap on money");
        _report.Check(held == default, "I11", $"a call that ended ({how}) still holds {held.Usd}");
        _report.Check(task.Summary.Spent.Usd == posted.Usd, "I4", "the task's tally is not the ledger's");
        if (_provider.Requests == 0)
        {
            _report.Check(posted == default, "I4", "a call that was never sent was charged");
            return;
        }

        NanoUsd bill = _provider.Bill(Prices);
        if (_provider.IsReported)
        {
            _report.Check(posted.Usd == bill, "I8", $"posted {posted.Usd} where the bill at the price of the hold is {bill}");
        }
        else if (_provider.IsUnknown)
        {
            _report.Check(posted.Usd == _spy.Held.Usd && bill <= posted.Usd, "I6", $"nothing is known, {_spy.Held.Usd} was held, {posted.Usd} was posted, {bill} was billed");
        }
        else if (_provider.IsFree)
        {
            _report.Check(posted.Usd == default, "I11", "a call that is known to be free was charged");
        }
        else
        {
            _report.Check(posted.Usd.Value > 0, "I6", "missing usage was taken for free");
        }

        if (_provider.KeepsTheLimit)
        {
            _report.Check(bill <= _spy.Held.Usd, "I2", $"{_spy.Held.Usd} was held and {bill} was billed though the provider kept to the limit");
        }
    }

    private BudgetingChatClient Gate(ModelInfo model, int requestsPerCall = 1) => new(
        new MeteringChatClient(_provider, new ModelCatalog([model]), TokenCounters.Shared, _clock, model.Id), _budgets, TokenCounters.Shared, _clock, requestsPerCall);

    private async Task<string> AskAsync(IChatClient client, bool streamed)
    {
        ChatMessage[] ask = [new(ChatRole.User, "word " + new string('x', _random.Next(50)))];
        ChatOptions? options = _random.Next(3) switch
        {
            0 => new ChatOptions { MaxOutputTokens = _random.Next(5) switch { 0 => -1, 1 => 0, 2 => 999_999_999, _ => _random.Next(1, 2_000) } },
            1 => new ChatOptions(),
            _ => null,
        };
        try
        {
            if (!streamed)
            {
                await client.GetResponseAsync(ask, options);
                return "answered";
            }

            int most = _provider.Behaviour == Behaviour.LeftEarly ? 1 : int.MaxValue;
            await foreach (ChatResponseUpdate _ in client.GetStreamingResponseAsync(ask, options))
            {
                if (--most == 0)
                {
                    return "left early";
                }
            }

            return "answered";
        }
        catch (Exception e) when (e is BudgetExceededException or HttpRequestException or TimeoutException or OperationCanceledException)
        {
            return e.GetType().Name;
        }
    }

    internal enum Behaviour
    {
        Reports,
        ReportsNothing,
        ReportsMore,
        BillsAndTimesOut,
        BreaksOff,
        LeftEarly,
        RefusesForFree,
        ReportsNonsense,
        AnswersLate,
        AskedTwice,
    }

    /// <summary>Counts what is sent; a mutant here misprices or leaks.</summary>
    private sealed class Spy(IBudgetLedger inner, GateFault fault) : LedgerDecorator(inner)
    {
        public int Sent { get; private set; }

        public BudgetAmounts Held { get; private set; }

        public void Begin() => (Sent, Held) = (0, default);

        public override async ValueTask<BudgetDecision> ReserveAsync(BudgetReservation reservation, CancellationToken cancellationToken = default)
        {
            BudgetDecision decision = await Inner.ReserveAsync(reservation, cancellationToken);
            Held = decision.Hold?.Amounts ?? Held;
            return decision;
        }

        public override ValueTask<BudgetOutcome> MarkSentAsync(string holdId, CancellationToken cancellationToken = default)
        {
            Sent++;
            return Inner.MarkSentAsync(holdId, cancellationToken);
        }

        public override ValueTask<BudgetOutcome> SettleAsync(string holdId, BudgetAmounts actual, BudgetEvidence evidence, CancellationToken cancellationToken = default) =>
            fault == GateFault.LeaksCancelled && evidence == BudgetEvidence.Counted ? ValueTask.FromResult(BudgetOutcome.Done)
            : Inner.SettleAsync(holdId, fault == GateFault.Reprices ? actual with { Usd = new NanoUsd(actual.Usd.Value * 9 / 10) } : actual, evidence, cancellationToken);
    }

    /// <summary>A provider that keeps the true bill.</summary>
    private sealed class SimulatedProvider(Random random, SimulatedClock clock, Action expire) : IChatClient
    {
        private TokenUsage _used;
        private TokenUsage _last;

        public Behaviour Behaviour { get; private set; }

        public int Requests { get; private set; }

        public bool IsReported => Behaviour is Behaviour.Reports or Behaviour.ReportsMore or Behaviour.AnswersLate;

        public bool IsUnknown => Behaviour is Behaviour.BillsAndTimesOut;

        public bool IsFree => Behaviour is Behaviour.RefusesForFree;

        public bool KeepsTheLimit => Behaviour is not (Behaviour.ReportsMore or Behaviour.ReportsNonsense);

        public void Begin(int behaviour) => (Behaviour, Requests, _used) = ((Behaviour)behaviour, 0, default);

        public NanoUsd Bill(ModelPrices prices) => IsFree ? default : UsageCost.Of(_used, prices)!.Value;

        public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            if (Behaviour is Behaviour.LeftEarly or Behaviour.BreaksOff)
            {
                // Both need a stream; a plain call gives nothing instead.
                Behaviour = Behaviour.BillsAndTimesOut;
            }

            await Task.CompletedTask;
            Work(messages, options);
            return Behaviour switch
            {
                Behaviour.RefusesForFree => throw new HttpRequestException("429", null, System.Net.HttpStatusCode.TooManyRequests),
                Behaviour.BillsAndTimesOut => throw new TimeoutException(),
                _ => new ChatResponse(new ChatMessage(ChatRole.Assistant, "some words of an answer")) { Usage = Reported() },
            };
        }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.CompletedTask;
            Work(messages, options);
            if (Behaviour == Behaviour.RefusesForFree)
            {
                throw new HttpRequestException("429", null, System.Net.HttpStatusCode.TooManyRequests);
            }

            if (Behaviour == Behaviour.BillsAndTimesOut)
            {
                throw new TimeoutException();
            }

            yield return new ChatResponseUpdate(ChatRole.Assistant, "some words ");
            if (Behaviour == Behaviour.BreaksOff)
            {
                throw new TimeoutException();
            }

            yield return new ChatResponseUpdate(ChatRole.Assistant, "of an answer");
            if (Reported() is { } usage)
            {
                yield return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(usage)]);
            }
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }

        private void Work(IEnumerable<ChatMessage> messages, ChatOptions? options)
        {
            Use(messages, options);
            if (Behaviour == Behaviour.AskedTwice)
            {
                // The client sent it again by itself, and both requests are billed; what is reported is the last one's.
                TokenUsage first = _used;
                Use(messages, options);
                _last = _used;
                _used += first;
            }
            else if (Behaviour == Behaviour.AnswersLate)
            {
                // The hold runs out meanwhile and is ended by another call.
                clock.Advance(TimeSpan.FromMinutes(11));
                expire();
            }
        }

        private void Use(IEnumerable<ChatMessage> messages, ChatOptions? options)
        {
            Requests++;
            clock.Advance(TimeSpan.FromMilliseconds(random.Next(500)));
            long input = TokenCounters.Shared.For(null).Count(messages, null);
            int most = options?.MaxOutputTokens is > 0 and { } limit ? Math.Min(limit, 2_000) : 2_000;
            long output = Behaviour == Behaviour.ReportsMore ? most + 5_000 : random.Next(1, most + 1);
            _used = new TokenUsage(input, output) { CachedInput = random.Next(2) == 0 ? input / 2 : 0, Reasoning = output / 3 };
        }

        private static UsageDetails Details(TokenUsage used) =>
            new() { InputTokenCount = used.Input, OutputTokenCount = used.Output, CachedInputTokenCount = used.CachedInput, ReasoningTokenCount = used.Reasoning };

        private UsageDetails? Reported() => Behaviour switch
        {
            Behaviour.ReportsNothing or Behaviour.LeftEarly => null,
            Behaviour.ReportsNonsense => new UsageDetails { InputTokenCount = -5, OutputTokenCount = long.MaxValue / 1000 },
            Behaviour.AskedTwice => Details(_last),
            _ => Details(_used),
        };
    }
}
