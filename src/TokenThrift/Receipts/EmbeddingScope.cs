namespace TokenThrift.Receipts;

/// <summary>Tells the gate of an embedder for which request it works, because an embedder is not given the request's options. Holds for the flow of work that sets it.</summary>
internal static class EmbeddingScope
{
    private static readonly AsyncLocal<ReceiptRecorder?> Ambient = new();

    /// <summary>Gets or sets where embeddings are recorded, or <see langword="null"/>.</summary>
    public static ReceiptRecorder? Recorder
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }
}
