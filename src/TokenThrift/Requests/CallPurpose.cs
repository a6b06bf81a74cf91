namespace TokenThrift.Requests;

/// <summary>What a call to a provider is for.</summary>
public enum CallPurpose
{
    /// <summary>To answer the request.</summary>
    Answer,

    /// <summary>To judge an answer or a cache hit.</summary>
    Judge,

    /// <summary>To audit a decision by asking afresh.</summary>
    Audit,

    /// <summary>To summarise history.</summary>
    Summary,

    /// <summary>To fetch back content that compression took out.</summary>
    Retrieval,

    /// <summary>To embed text.</summary>
    Embedding,
}
