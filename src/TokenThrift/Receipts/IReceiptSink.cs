namespace TokenThrift.Receipts;

/// <summary>Takes receipts as they are written: a file, a database, a queue of the application's own.</summary>
/// <remarks>
/// A sink is awaited at the end of each request, so it should be quick. It must be safe for concurrent use. One that
/// throws is logged once per window, counted in <see cref="ReceiptBook.SinkFailures"/> and stepped over: the
/// application's call is never harmed, and the other sinks still get the receipt.
/// </remarks>
public interface IReceiptSink
{
    /// <summary>Takes one receipt.</summary>
    /// <param name="receipt">The receipt, which nobody changes any more.</param>
    /// <param name="cancellationToken">Cancels the writing; it is not the request's own token, because a cancelled request leaves a receipt too.</param>
    /// <returns>When the sink has taken it.</returns>
    ValueTask AddAsync(ThriftReceipt receipt, CancellationToken cancellationToken = default);
}
