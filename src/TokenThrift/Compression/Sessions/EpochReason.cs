namespace TokenThrift.Compression.Sessions;

/// <summary>Why something was taken out of a history, as receipts and the log say it.</summary>
internal static class EpochReason
{
    /// <summary>Parts of new results were taken out, and nothing that was sent before changed.</summary>
    public const string New = "new";

    /// <summary>What it saves pays for the prompt cache that it breaks.</summary>
    public const string Paid = "paid";

    /// <summary>The input would not have fitted.</summary>
    public const string Full = "full";

    /// <summary>Epochs had cost this session more than they saved and are switched off for it.</summary>
    public const string Off = "off";
}
