namespace TokenThrift.Compression.Sessions;

/// <summary>The prices of the model in use and what a session has spent and saved, in pico-dollars.</summary>
internal readonly record struct EpochAccount
{
    /// <summary>Gets the price of a token from the provider's prompt cache.</summary>
    public required long Read { get; init; }

    /// <summary>Gets the price of a token that is not.</summary>
    public required long Write { get; init; }

    /// <summary>Gets the tokens of the whole prompt.</summary>
    public required long PromptTokens { get; init; }

    /// <summary>Gets the tokens of the retrieve tool's definition.</summary>
    public required long ToolTokens { get; init; }

    /// <summary>Gets a value indicating whether the retrieve tool is in the prompt already; if not, it breaks the whole prefix.</summary>
    public required bool HasHandles { get; init; }

    /// <summary>Gets a value indicating whether the provider's cache is lost anyway.</summary>
    public required bool IsBreakFree { get; init; }

    /// <summary>Gets the calls of the session so far, which is also how many more are expected.</summary>
    public required long CallsExpected { get; init; }

    /// <summary>Gets what compression has saved in this session, less what it has cost; may be negative.</summary>
    public required Int128 Balance { get; init; }

    /// <summary>Gets what the session's input has cost.</summary>
    public required Int128 Spent { get; init; }

    /// <summary>Gets how far an epoch may put the session into the red, in thousandths of what was spent.</summary>
    public required int RegretPerThousand { get; init; }

    /// <summary>Gets how many of a thousand replaced results are expected to be fetched back.</summary>
    public required int RetrievalPerThousand { get; init; }
}
