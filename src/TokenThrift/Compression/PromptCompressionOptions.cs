using Microsoft.Extensions.AI;

namespace TokenThrift.Compression;

/// <summary>How prompts are compressed. The defaults never lose anything that cannot be retrieved.</summary>
public sealed class PromptCompressionOptions
{
    internal const string PinKey = "tokenthrift.pin";

    /// <summary>Gets or sets a value indicating whether anything is compressed at all.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets a value indicating whether new content is rewritten without loss: terminal codes, JSON layout, repeated blocks.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool Lossless { get; set; } = true;

    /// <summary>Gets the application's own passes, which run after the built-in ones of their kind.</summary>
    /// <value>Default: none.</value>
    public IList<ICompressionPass> Passes { get; } = [];

    /// <summary>Gets or sets a value indicating whether tool definitions are sent without what no model reads: layout of descriptions, titles that repeat a name.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool MinifyTools { get; set; } = true;

    /// <summary>Gets or sets how many function tools a session is shown at first; it finds the others with a search tool.</summary>
    /// <value>Default: <see langword="null"/>, all. At least 1. More settings: <see cref="ToolSelectingChatClient"/>.</value>
    public int? MaximumTools { get; set; }

    /// <summary>Gets what is done about prompts that the provider's cache cannot hold.</summary>
    /// <value>Default: they are reported and sent as they are.</value>
    public PromptHygieneOptions Hygiene { get; } = new();

    /// <summary>Gets or sets the size from which a result is looked at, in tokens.</summary>
    /// <value>Default: 40. At least 1.</value>
    public int MinimumTokens { get; set; } = 40;

    /// <summary>Gets or sets a value indicating whether parts are taken out of large new results (repeated log lines, passed tests, framework frames, the middle of long texts).</summary>
    /// <value>Default: <see langword="true"/>. The model can fetch each original back; files that an agent may edit are never touched.</value>
    public bool Lossy { get; set; } = true;

    /// <summary>Gets or sets a value indicating whether long JSON arrays are shortened too, to what their fields hold and a choice of their items.</summary>
    /// <value>Default: <see langword="false"/>: an agent that asks for records mostly reads them all, fetches them back, and pays twice. For tools that return far more than is read, such as searches.</value>
    public bool SampleArrays { get; set; }

    /// <summary>Gets or sets the size from which parts are taken out of a result, in tokens.</summary>
    /// <value>Default: 600. At least 100.</value>
    public int LossyMinimumTokens { get; set; } = 600;

    /// <summary>Gets or sets a value indicating whether old tool results are removed once that pays for the prompt cache that it breaks.</summary>
    /// <value>Default: <see langword="true"/>. Every removed result can be fetched back by the model.</value>
    public bool Epochs { get; set; } = true;

    /// <summary>Gets or sets a secret of any length, the same in all processes that share a store: with it, what is kept in the application's <c>IDistributedCache</c> is encrypted.</summary>
    /// <remarks>For the store that the container makes; an application that registers a <see cref="CompressionStore"/> of its own gives it the secret.</remarks>
    /// <value>Not empty; default <see langword="null"/>: originals and what was removed from which conversation are kept there as they are.</value>
    public string? Secret { get; set; }

    /// <summary>Gets or sets how often the model may fetch removed content back within one answer.</summary>
    /// <value>Default: 4. 0 to 32.</value>
    public int MaximumRetrievals { get; set; } = 4;

    /// <summary>Gets or sets how long the summary may be that the model is asked for before messages are left out because the conversation no longer fits its window.</summary>
    /// <value>
    /// In tokens. Default: 0, no summary. Else 50 to 32,768; no summary takes more than an eighth of the window. It costs one call, marked
    /// <see cref="Requests.CallPurpose.Summary"/> on the receipt, whose prompt is that of the call before, so that the provider's prompt cache holds it.
    /// What a model that reasons thinks before it writes counts too. Where a budget is nearly used up, none is asked for.
    /// </value>
    public int MaximumSummaryTokens { get; set; }

    /// <summary>Marks a message so that its results are never rewritten or removed.</summary>
    /// <param name="message">The message that holds the results; its additional properties are changed.</param>
    public static void Pin(ChatMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        (message.AdditionalProperties ??= [])[PinKey] = true;
    }

    /// <summary>Finds the first setting that is out of its limits.</summary>
    /// <returns>A message that names the property and its limits, or <see langword="null"/> when all is well.</returns>
    public string? Validate() =>
        MinimumTokens < 1 ? $"{nameof(PromptCompressionOptions)}.{nameof(MinimumTokens)} must be at least 1, but is {MinimumTokens}."
        : LossyMinimumTokens < 100 ? $"{nameof(PromptCompressionOptions)}.{nameof(LossyMinimumTokens)} must be at least 100, but is {LossyMinimumTokens}."
        : MaximumRetrievals is < 0 or > 32 ? $"{nameof(PromptCompressionOptions)}.{nameof(MaximumRetrievals)} must be 0 to 32, but is {MaximumRetrievals}."
        : MaximumSummaryTokens is not 0 and (< 50 or > 32_768) ? $"{nameof(PromptCompressionOptions)}.{nameof(MaximumSummaryTokens)} must be 0, for no summary, or 50 to 32,768, but is {MaximumSummaryTokens}."
        : Secret is { Length: 0 } ? $"{nameof(PromptCompressionOptions)}.{nameof(Secret)} must not be empty; without one, leave it null."
        : MaximumTools < 1 ? $"{nameof(PromptCompressionOptions)}.{nameof(MaximumTools)} must be at least 1, but is {MaximumTools}."
        : Passes.Any(pass => pass is null) ? $"{nameof(PromptCompressionOptions)}.{nameof(Passes)} must not hold null."
        : null;
}
