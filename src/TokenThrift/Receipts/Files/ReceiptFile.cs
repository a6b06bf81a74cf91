using System.IO.Compression;

namespace TokenThrift.Receipts;

/// <summary>Reads files of receipts, one JSON object a line, plain or gzip, one receipt in memory at a time.</summary>
public static class ReceiptFile
{
    private const int FirstBuffer = 1024 * 1024;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; one whose name ends in <c>.gz</c> is unpacked.</param>
    /// <param name="onBroken">Takes the lines that cannot be read, each as one line for people that names file and line; <see langword="null"/> to throw at the first.</param>
    /// <param name="withFullFiles">Whether the full files that a <see cref="JsonLinesReceiptSink"/> has put aside are read before it.</param>
    /// <returns>The receipts, in the order of the file.</returns>
    /// <exception cref="FileNotFoundException">There is no such file, and no full file that is to be read with it.</exception>
    /// <exception cref="ReceiptFormatException">A line cannot be read and nobody takes it.</exception>
    public static IEnumerable<ThriftReceipt> Read(string path, Action<string>? onBroken = null, bool withFullFiles = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string[] before = withFullFiles ? JsonLinesReceiptSink.FullFiles(path) : [];

        // A process that ended right after it had put a full file aside has not begun the next one.
        bool isThere = File.Exists(path);
        if (!isThere && before.Length == 0)
        {
            throw new FileNotFoundException($"There is no file '{path}'.", path);
        }

        return (isThere ? before.Append(path) : before).SelectMany(file => ReadOne(file, onBroken));
    }

    private static IEnumerable<ThriftReceipt> ReadOne(string path, Action<string>? onBroken)
    {
        using Stream file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        using Stream plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
        var reader = new ReceiptJsonReader();
        byte[] buffer = new byte[FirstBuffer];
        int start = 0;
        int end = 0;
        long line = 0;
        bool atEnd = false;
        while (!atEnd || start < end)
        {
            int newline = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (newline < 0 && !atEnd)
            {
                if (start > 0)
                {
                    buffer.AsSpan(start, end - start).CopyTo(buffer);
                    end -= start;
                    start = 0;
                }
                else if (end == buffer.Length)
                {
                    Array.Resize(ref buffer, buffer.Length * 2);
                }

                int read = Fill(plain, buffer.AsSpan(end), path, line);
                atEnd = read == 0;
                end += read;
                continue;
            }

            int length = newline < 0 ? end - start : newline;
            line++;
            if (ReadLine(reader, buffer.AsSpan(start, length), path, line, newline < 0, onBroken) is { } receipt)
            {
                yield return receipt;
            }

            start += length + (newline < 0 ? 0 : 1);
        }
    }

    private static int Fill(Stream stream, Span<byte> buffer, string path, long line)
    {
        try
        {
            return stream.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            throw new ReceiptFormatException($"{path}, after line {line}: the gzip data is broken.", e);
        }
    }

    private static ThriftReceipt? ReadLine(ReceiptJsonReader reader, ReadOnlySpan<byte> utf8, string path, long line, bool isCutOff, Action<string>? onBroken)
    {
        if (utf8.Trim(" \t\r"u8).IsEmpty)
        {
            return null;
        }

        try
        {
            return reader.Read(utf8);
        }
        catch (ReceiptFormatException e)
        {
            string message = $"{path}, line {line}: {(isCutOff ? "the file ends within this receipt: " : string.Empty)}{e.Message}";
            if (onBroken is null)
            {
                throw new ReceiptFormatException(message, e);
            }

            onBroken(message);
            return null;
        }
    }
}
