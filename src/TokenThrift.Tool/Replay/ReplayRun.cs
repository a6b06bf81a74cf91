using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;

namespace TokenThrift.Replay;

/// <summary>Plays episodes through the product and adds up both bills.</summary>
internal sealed class ReplayRun : IDisposable
{
    private readonly ReplaySerializer _serializer = new();
    private readonly ReplayLeaf _leaf;
    private readonly ReplayTime _time = new();
    private readonly IChatClient _client;
    private readonly ModelInfo _model;
    private readonly decimal _read;
    private readonly decimal _write;
    private long _missed;

    private ReplayRun(ModelInfo model, decimal read, decimal write)
    {
        _model = model;
        _read = read;
        _write = write;
        _leaf = new ReplayLeaf(_serializer, model.Id, read, write);
        Book = new ReceiptBook(new ReceiptOptions { RecentCapacity = 0 });
        _client = ReplayPipeline.Build(_leaf, Book, model, _time);
    }

    /// <summary>Begins a run at a model's input and output prices, with the rates of the billing model for cached and other input.</summary>
    public static ReplayRun At(ModelInfo model, decimal read, decimal write)
    {
        long price = model.Prices.Input!.Value;
        return new ReplayRun(
            model with
            {
                Prices = new ModelPrices(price, model.Prices.Output) { CachedInput = (long)(price * read), CacheWrite = (long)(price * write), Reasoning = model.Prices.Reasoning },
                PromptCache = new PromptCacheRules(0, TimeSpan.FromMinutes(5), false),
            },
            read,
            write);
    }

    public ReceiptBook Book { get; }

    public int Calls { get; private set; }

    public int Hits { get; private set; }

    public int WrongHits { get; private set; }

    public int Retrievals { get; private set; }

    public long Evidence { get; private set; }

    public double EvidenceKept => Evidence == 0 ? 1 : 1 - ((double)_missed / Evidence);

    public NanoUsd Baseline { get; private set; }

    public NanoUsd Spent { get; private set; }

    public SavingsByLever Levers { get; private set; }

    public void Dispose()
    {
        _client.Dispose();
        _leaf.Dispose();
    }

    public async Task PlayAsync(TranscriptEpisode episode)
    {
        var asSent = new ReplayBilling(_read, _write);
        var evidence = new EvidenceCheck();
        _time.NextEpisode();
        _leaf.BeginEpisode();
        foreach (TranscriptCall call in episode.Calls())
        {
            NanoUsd output = Money(_serializer.CountMessage(call.Answer), _model.Prices.Output!.Value);
            NanoUsd baseline = Input(asSent.Bill(_serializer.Pieces(call.Request))) + output;
            _leaf.Expect(call.Answer);
            var options = new ChatOptions();
            RequestSettings.Session.Set(options, episode.Id);
            ChatResponse response = await _client.GetResponseAsync(call.Request, options).ConfigureAwait(false);
            Calls++;
            Baseline += baseline;
            if (_leaf.Sent is { } sent)
            {
                NanoUsd input = _leaf.Bills.Aggregate(NanoUsd.Zero, (sum, bill) => sum + Input(bill));
                NanoUsd retrievals = Retrieve(evidence.Check(call, sent));
                Spent += input + output + retrievals;
                Levers += new SavingsByLever(default, baseline - input - output, default, default, -retrievals);
            }
            else
            {
                Hits++;
                WrongHits += response.Text == call.Answer.Text ? 0 : 1;
                Levers += new SavingsByLever(baseline, default, default, default, default);
            }
        }
    }

    private NanoUsd Retrieve(EvidenceResult result)
    {
        Evidence += result.Total;
        _missed += result.Missed;
        NanoUsd cost = NanoUsd.Zero;
        foreach ((string _, string text) in result.Missing)
        {
            Retrievals++;
            cost += Input(_leaf.Retrieve(text));
        }

        return cost;
    }

    private NanoUsd Input(ReplayBill bill) => Money(bill.Cost, _model.Prices.Input!.Value);

    private static NanoUsd Money(decimal tokens, long picoPerToken) => NanoUsd.FromUsd(tokens * picoPerToken / 1_000_000_000_000m);
}
