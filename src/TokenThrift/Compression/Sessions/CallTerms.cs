namespace TokenThrift.Compression.Sessions;

/// <summary>What is known of a call before it is made.</summary>
internal readonly record struct CallTerms
{
    /// <summary>Gets the prices, or <see langword="null"/> when they are not known, for then nothing can be said to pay.</summary>
    public PriceRatios? Prices { get; init; }

    /// <summary>Gets why the provider's prompt cache is lost anyway, one of <see cref="EpochReason"/>; <see langword="null"/> when it is not.</summary>
    public string? Cold { get; init; }

    /// <summary>Gets the largest number of tokens that all messages may take, or <see langword="null"/> for no limit.</summary>
    public long? Limit { get; init; }

    /// <summary>Gets what the model wrote of the conversation, for the case that messages are left out; <see langword="null"/> for nothing.</summary>
    public string? Summary { get; init; }

    /// <summary>Gets a value indicating whether a budget is nearly used up, so that smaller results have parts taken out.</summary>
    public bool IsPressed { get; init; }

    /// <summary>Gets a value indicating whether what is to be done is known from the log, and nothing is decided anew.</summary>
    public bool IsLogged { get; init; }

    /// <summary>Gets a value indicating whether no result may be rewritten, because its original could not be kept.</summary>
    public bool IsKeeping { get; init; }

    /// <summary>Gets what the log says of the call; <see langword="null"/> for nothing.</summary>
    public EpochEntry? Entry { get; init; }
}
