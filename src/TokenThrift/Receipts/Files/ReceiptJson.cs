using System.Buffers;
using System.Text.Json;

namespace TokenThrift.Receipts;

/// <summary>Reads and writes receipts as JSON, one object each.</summary>
/// <remarks>
/// Every receipt carries the version of the format as <c>v</c>. A later version is refused, never half understood;
/// unknown members of a known version are stepped over. Money is whole nano-dollars, times are ISO 8601 in UTC.
/// </remarks>
public static class ReceiptJson
{
    /// <summary>The version of the format that is written, and the latest that can be read.</summary>
    public const int Version = 1;

    /// <summary>Writes a receipt.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <returns>UTF-8 JSON on one line, without a newline.</returns>
    public static byte[] Serialize(ThriftReceipt receipt)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        var buffer = new ArrayBufferWriter<byte>(1024);
        Serialize(buffer, receipt);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a receipt.</summary>
    /// <param name="utf8">The UTF-8 JSON of one receipt.</param>
    /// <returns>The receipt.</returns>
    /// <exception cref="ReceiptFormatException">The text is cut off, is not a receipt, or is of a later version.</exception>
    public static ThriftReceipt Deserialize(ReadOnlySpan<byte> utf8) => new ReceiptJsonReader().Read(utf8);

    internal static void Serialize(IBufferWriter<byte> buffer, ThriftReceipt receipt)
    {
        using var json = new Utf8JsonWriter(buffer);
        ReceiptJsonWriter.Write(json, receipt);
    }
}
