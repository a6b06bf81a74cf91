using Microsoft.Extensions.AI;

namespace TokenThrift.Compression;

/// <summary>What is done about prompts that the provider's cache cannot hold. By default they are reported and sent as they are.</summary>
public sealed class PromptHygieneOptions
{
    /// <summary>Gets or sets a value indicating whether requests are compared with those before and what breaks the cache is reported.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool Report { get; set; } = true;

    /// <summary>Gets or sets what is told of each finding, besides the log; the first of its kind in a session only.</summary>
    /// <value>Default: <see langword="null"/>. It may throw; the request goes on.</value>
    public Action<PromptHygieneFinding>? OnFinding { get; set; }

    /// <summary>Gets or sets a value indicating whether function tools are sent in the order of their names, so that the order in which they were found does not matter.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool SortTools { get; set; }

    /// <summary>Gets or sets a value indicating whether lines of the instructions that hold a time of day or a fresh id are sent at the end of the prompt instead, in a user message.</summary>
    /// <value>Default: <see langword="false"/>: it changes where the model reads them.</value>
    public bool MoveVolatileLines { get; set; }

    /// <summary>Gets or sets a value indicating whether the JSON of tool calls and results is sent with its properties in the order of their names.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool SortJson { get; set; }

    /// <summary>Gets or sets a value indicating whether messages up to which the provider should cache are marked (<see cref="PromptCacheBreakpoints"/>).</summary>
    /// <value>Default: <see langword="false"/>. For providers that want it said, such as Anthropic's.</value>
    public bool MarkBreakpoints { get; set; }

    /// <summary>Gets or sets how a mark is written for the provider's own client: it is given a copy of the marked message and returns what is sent.</summary>
    /// <value>Default: <see langword="null"/>: the mark is only in the message's additional properties.</value>
    public Func<ChatMessage, ChatMessage>? WriteBreakpoint { get; set; }

    internal bool IsActive => Report || SortTools || MoveVolatileLines || SortJson || MarkBreakpoints;
}
