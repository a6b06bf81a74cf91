namespace TokenThrift.Compression.Sessions;

/// <summary>Why something was taken out of a history, as receipts and the log say it.</summary>
internal static class EpochReason
{
    /// <summary>Parts of new results were taken out, and nothing that was sent before changed.</summary>
    public const string New = "new";

    /// <summary>What it saves pays for the prompt cache that it breaks.</summary>
    public const string Paid = "paid";

    /// <summary>The provider's prompt cache had run out of time.</summary>
    public const string Cold = "cold";

    /// <summary>The provider reported that it read nothing from its cache in the call before.</summary>
    public const string Missed = "missed";

    /// <summary>The request's tools changed, which come before everything else.</summary>
    public const string Tools = "tools";

    /// <summary>The router changed the model: this one was not called in this session before, so it holds nothing in its prompt cache.</summary>
    public const string Switched = "switched";

    /// <summary>The input would not have fitted.</summary>
    public const string Full = "full";

    /// <summary>Epochs had cost this session more than they saved and are switched off for it.</summary>
    public const string Off = "off";

    /// <summary>The history has epochs that no log tells of: they were decided again, which may have cost one cache break.</summary>
    public const string Unlogged = "unlogged";
}
