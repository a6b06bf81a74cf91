namespace TokenThrift.Routing;

/// <summary>What paired outcomes can certify: from which score on the cheaper model's answer may be served.</summary>
/// <remarks>
/// The promise holds if the requests to come are like those of the pairs (exchangeable with them), and if the scores
/// were given by something that had not learnt from these pairs.
/// </remarks>
public sealed record QualityCertificate
{
    /// <summary>Gets the promise.</summary>
    public QualityFloor Floor { get; init; }

    /// <summary>Gets the number of pairs.</summary>
    public int Pairs { get; init; }

    /// <summary>Gets the score from which on the cheaper model's answer may be served; positive infinity when nothing can be certified.</summary>
    public double Threshold { get; init; } = double.PositiveInfinity;

    /// <summary>Gets the share of the pairs that goes to the strongest model at <see cref="Threshold"/>, in [0, 1].</summary>
    public double StrongShare { get; init; } = 1;

    /// <summary>Gets a value indicating whether the cheaper model may be used at all.</summary>
    public bool IsCertified => Threshold < double.PositiveInfinity;

    /// <summary>Gets the quality kept on the pairs at <see cref="Threshold"/>, as a share of the strongest model's; an estimate, not the promise.</summary>
    public double EstimatedQuality { get; init; } = 1;

    /// <summary>
    /// Gets about how many pairs it would take to certify what these pairs suggest is possible; <see langword="null"/>
    /// when they suggest that the cheaper model cannot keep the promise anywhere.
    /// </summary>
    public int? PairsNeeded { get; init; }
}
