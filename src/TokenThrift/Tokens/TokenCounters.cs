using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using TokenThrift.Models;

namespace TokenThrift.Tokens;

/// <summary>Gives the token counter of a model.</summary>
/// <remarks>
/// Safe for concurrent use. Counters are shared, and so is their memory of what they have counted: a message that was
/// counted for one model is not tokenised again for another. At most some 32,000 messages, and as many
/// texts, are remembered, by hash.
/// </remarks>
public sealed class TokenCounters
{
    private const int Remembered = 16_384;

    private readonly CountMemo<MessageMeasure> _memo = new(Remembered);
    private readonly TextMemo _texts = new(Remembered);
    private readonly ConcurrentDictionary<string, ITokenCounter> _counters = new();
    private readonly ConditionalWeakTable<ModelInfo, ITokenCounter> _byModel = [];

    /// <summary>Gets the counters that are shared by everything in the process that names no others.</summary>
    public static TokenCounters Shared { get; } = new();

    /// <summary>Gets the calibration that the counters learn from reported usage.</summary>
    public TokenCalibration Calibration { get; } = new();

    /// <summary>Returns the counter for a model.</summary>
    /// <remarks>
    /// OpenAI's models since GPT-4o are counted with their own tokenizer, o200k. All others are estimated from it by
    /// factors that were measured for each family, with a stated <see cref="ITokenCounter.Margin"/>.
    /// </remarks>
    /// <param name="model">The model, or <see langword="null"/> when it is not known.</param>
    /// <returns>The counter.</returns>
    public ITokenCounter For(ModelInfo? model)
    {
        // Finding the family reads the whole table of names, so each catalogue entry does it once.
        return model is null ? Counter(null) : _byModel.GetValue(model, Counter);
    }

    private ITokenCounter Counter(ModelInfo? model)
    {
        TokenProfile profile = TokenProfiles.Of(model);
        return _counters.GetOrAdd(profile.Name, static (_, made) => new MessageTokenCounter(made.profile, made._memo, made._texts), (profile, _memo, _texts));
    }
}
