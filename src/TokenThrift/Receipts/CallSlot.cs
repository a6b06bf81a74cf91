using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Requests;

namespace TokenThrift.Receipts;

/// <summary>
/// Joins the budget gate with the meter below it: the gate says what it holds, the meter says what was really used.
/// One count serves both, so that ledger and receipt cannot disagree.
/// </summary>
/// <param name="held">What was held before the call, or <see langword="null"/>.</param>
public sealed class CallSlot(NanoUsd? held)
{
    private static readonly RequestSetting<CallSlot> Setting = new("slot");
    private CallRecord? _record;
    private ReceiptRecorder? _recorder;
    private int _wasSent;

    /// <summary>Gets what was held before the call, or <see langword="null"/>.</summary>
    public NanoUsd? Held { get; } = held;

    /// <summary>Gets the record of the call once it has ended, streams included; else <see langword="null"/>.</summary>
    public CallRecord? Record => Volatile.Read(ref _record);

    /// <summary>Gets a value indicating whether the provider's client was called.</summary>
    public bool WasSent => Volatile.Read(ref _wasSent) == 1;

    /// <summary>Puts a slot into the options of one call.</summary>
    /// <param name="options">The options, which are not changed.</param>
    /// <param name="slot">The slot.</param>
    /// <returns>A clone with the slot.</returns>
    public static ChatOptions Attach(ChatOptions? options, CallSlot slot)
    {
        ChatOptions clone = options?.Clone() ?? new ChatOptions();
        Setting.Set(clone, slot);
        return clone;
    }

    /// <summary>Says what the ledger posted, so that receipt and ledger agree. Without a record of the call this does nothing.</summary>
    /// <param name="posted">What was posted; zero for a hold that was given back.</param>
    public void Settle(NanoUsd posted)
    {
        if (Record is { } record)
        {
            CallRecord settled = record with { Settled = posted };
            _recorder?.Replace(record, settled);
            Volatile.Write(ref _record, settled);
        }
    }

    internal static CallSlot? Find(ChatOptions? options) => Setting.TryGet(options, out CallSlot slot) ? slot : null;

    internal void MarkSent() => Volatile.Write(ref _wasSent, 1);

    internal void Complete(CallRecord record, ReceiptRecorder? recorder)
    {
        _recorder = recorder;
        Volatile.Write(ref _record, record);
    }
}
