using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>The calls of one <see cref="TrafficKey"/>, added up.</summary>
internal sealed class TrafficBucket
{
    private long _calls;
    private long _unpriced;
    private long _estimated;
    private TokenUsage _usage;
    private long _spent;

    /// <summary>Gets the largest input among the calls.</summary>
    public long MaxInput { get; private set; }

    /// <summary>Gets the largest input and output together among the calls.</summary>
    public long MaxTotal { get; private set; }

    public TrafficSum Sum => new() { Calls = _calls, Usage = _usage, Spent = new NanoUsd(_spent), UnpricedCalls = _unpriced, EstimatedCalls = _estimated };

    public void Add(CallRecord call, bool isPriced)
    {
        _calls++;
        _usage += call.Usage;
        _estimated += call.IsEstimated ? 1 : 0;
        if (isPriced)
        {
            _spent = checked(_spent + call.Cost!.Value.Value);
        }
        else
        {
            _unpriced++;
        }

        MaxInput = Math.Max(MaxInput, call.Usage.Input);
        MaxTotal = Math.Max(MaxTotal, call.Usage.Input + call.Usage.Output);
    }

    /// <summary>Estimates what the same tokens cost at another model; the price tier is that of the largest call.</summary>
    public NanoUsd? CostAt(ModelInfo model) => UsageCost.OfTier(_usage, model.Prices.ForInput(MaxInput));

    /// <summary>Says whether a model can take these calls.</summary>
    public bool Fits(ModelInfo model, ModelCapabilities needs) =>
        (model.Capabilities & needs) == needs
        && (model.ContextTokens ?? long.MaxValue) >= MaxTotal
        && (model.MaxInputTokens ?? long.MaxValue) >= MaxInput;
}
