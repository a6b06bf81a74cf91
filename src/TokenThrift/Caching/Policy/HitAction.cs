namespace TokenThrift.Caching;

/// <summary>What to do with a question that has neighbours.</summary>
internal enum HitAction
{
    /// <summary>Ask the model.</summary>
    Ask,

    /// <summary>Serve the kept answer.</summary>
    Serve,

    /// <summary>The kept answer could be served, but the model is asked so that it can be checked.</summary>
    Audit,

    /// <summary>Serve the kept answer if the verifier accepts it; else ask the model.</summary>
    Verify,
}
