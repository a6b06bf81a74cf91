namespace TokenThrift.Receipts;

/// <summary>A stored receipt cannot be read: it is cut off, is not a receipt, or was written by a later version.</summary>
public sealed class ReceiptFormatException : FormatException
{
    /// <summary>Initializes a new instance of the <see cref="ReceiptFormatException"/> class.</summary>
    /// <param name="message">What is wrong, in one line for people.</param>
    /// <param name="innerException">The cause, or <see langword="null"/>.</param>
    public ReceiptFormatException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
