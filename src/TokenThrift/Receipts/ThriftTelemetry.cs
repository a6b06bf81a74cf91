using System.Diagnostics;

namespace TokenThrift.Receipts;

/// <summary>The names under which TokenThrift reports to OpenTelemetry.</summary>
public static class ThriftTelemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "TokenThrift";

    /// <summary>Gets the activity source: one activity <c>tokenthrift.request</c> a request, with figures but never content.</summary>
    internal static ActivitySource Source { get; } = new(Name);
}
