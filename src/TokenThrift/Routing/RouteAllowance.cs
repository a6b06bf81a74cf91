using TokenThrift.Models;

namespace TokenThrift.Routing;

/// <summary>What a request may still cost, for calls that are made beside its answer. It travels in the request's context.</summary>
/// <param name="left">Works it out.</param>
internal sealed class RouteAllowance(Func<NanoUsd?> left)
{
    /// <summary>Gets what is left of the cap on the cost of a request; <see langword="null"/> without one.</summary>
    public NanoUsd? Left => left();
}
