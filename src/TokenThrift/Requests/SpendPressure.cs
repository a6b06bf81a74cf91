namespace TokenThrift.Requests;

/// <summary>How near a request is to a cap; a feature of its <see cref="RequestContext"/> that the budget ladder sets and others may heed.</summary>
/// <remarks>Compression may work harder and a router may take a cheaper leg as it rises. Absent where no cap applies.</remarks>
/// <param name="Used">The largest share of a limit that is spent or held, from 0 up; 1 is the cap.</param>
public sealed record SpendPressure(double Used);
