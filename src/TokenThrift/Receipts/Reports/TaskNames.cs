namespace TokenThrift.Receipts;

/// <summary>The name of a task without the part that makes its id unique, so that runs of the same task stand in one row.</summary>
internal static class TaskNames
{
    public const string None = "(no task)";
    private const int UniqueLength = 32;

    /// <summary>The name of a receipt's task within those around it, outermost first, such as <c>month-end-close / invoices</c>.</summary>
    public static string Of(ThriftReceipt receipt) =>
        receipt.Tasks.Count switch
        {
            0 => receipt.Identity.Task is { } task ? Of(task) : None,
            1 => Of(receipt.Tasks[0]),
            _ => string.Join(" / ", receipt.Tasks.Reverse().Select(Of)),
        };

    /// <summary>The name in the id of a task.</summary>
    public static string Of(string id)
    {
        int at = id.Length - UniqueLength - 1;
        return at > 0 && id[at] == '-' && Guid.TryParseExact(id.AsSpan(at + 1), "N", out _) ? id[..at] : id;
    }
}
