using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>The cap of a task. Whoever enforces it hangs it on the task's <see cref="Requests.TaskNode"/>, and receipts show it.</summary>
/// <param name="Usd">The most that the task may spend, or <see langword="null"/> for no limit.</param>
/// <param name="Tokens">The most tokens that the task may use, or <see langword="null"/> for no limit.</param>
public sealed record TaskCap(NanoUsd? Usd, long? Tokens);
