namespace TokenThrift.Compression.Sessions;

/// <summary>The last call of a conversation.</summary>
/// <param name="At">When it was made.</param>
/// <param name="Tools">A hash of the request's tools.</param>
/// <param name="Missed">Whether the provider reported that it read nothing from its cache although it should have.</param>
internal sealed record LastCall(DateTimeOffset At, UInt128 Tools, bool Missed);
