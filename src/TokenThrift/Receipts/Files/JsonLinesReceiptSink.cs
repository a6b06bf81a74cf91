using System.Buffers;
using System.Globalization;

namespace TokenThrift.Receipts;

/// <summary>Appends receipts to a file, one JSON object a line, and starts a new file when it has grown large.</summary>
/// <remarks>
/// Each receipt reaches the operating system in one write before its request ends, so a crash of the process loses
/// none; a line that a crash of the machine cut off is closed off at the next start and reported by
/// <see cref="ReceiptFile"/>. A full file <c>receipts.jsonl</c> is renamed to <c>receipts.000001.jsonl</c>, then
/// <c>receipts.000002.jsonl</c> and so on. One process at a time. Safe for concurrent use.
/// </remarks>
public sealed class JsonLinesReceiptSink : IReceiptSink, IDisposable
{
    private readonly Lock _lock = new();
    private readonly ArrayBufferWriter<byte> _line = new(4096);
    private readonly string _path;
    private readonly long _maxFileBytes;
    private readonly int? _maxFiles;
    private FileStream? _file;
    private bool _isDisposed;

    /// <summary>Initializes a new instance of the <see cref="JsonLinesReceiptSink"/> class. The file is opened with the first receipt.</summary>
    /// <param name="path">The file, made where there is none; its folder too.</param>
    /// <param name="maxFileBytes">The size in bytes at which a new file is started.</param>
    /// <param name="maxFiles">How many full files are kept; the oldest are deleted. <see langword="null"/> keeps all.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is not positive.</exception>
    public JsonLinesReceiptSink(string path, long maxFileBytes = 256 * 1024 * 1024, int? maxFiles = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxFileBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxFiles ?? 1, 1, nameof(maxFiles));
        _path = Path.GetFullPath(path);
        _maxFileBytes = maxFileBytes;
        _maxFiles = maxFiles;
    }

    /// <inheritdoc/>
    public ValueTask AddAsync(ThriftReceipt receipt, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _line.ResetWrittenCount();
            ReceiptJson.Serialize(_line, receipt);
            _line.Write("\n"u8);
            FileStream file = _file ??= Open();
            if (file.Position > 0 && file.Position + _line.WrittenCount > _maxFileBytes)
            {
                file = Rotate(file);
            }

            try
            {
                file.Write(_line.WrittenSpan);
            }
            catch (IOException)
            {
                // A full disk may have taken a part of the line. The next start closes it off.
                _file = null;
                file.Dispose();
                throw;
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _file?.Dispose();
            _file = null;
        }
    }

    /// <summary>Returns the full files beside a current one, oldest first.</summary>
    internal static string[] FullFiles(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string name = Path.GetFileNameWithoutExtension(path);
        string extension = Path.GetExtension(path);
        if (!Directory.Exists(folder))
        {
            return [];
        }

        return [.. Directory.EnumerateFiles(folder, $"{name}.??????{extension}").Where(file => NumberOf(file, name) is not null).Order(StringComparer.Ordinal)];
    }

    // The six digits after the name; the path may have no extension.
    private static int? NumberOf(string file, string name)
    {
        const int digits = 6;
        ReadOnlySpan<char> after = Path.GetFileName(file).AsSpan(name.Length);
        return after.Length > digits && after[0] == '.' && int.TryParse(after.Slice(1, digits), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }

    private FileStream Open()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        var file = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        if (file.Length > 0)
        {
            file.Seek(-1, SeekOrigin.End);
            if (file.ReadByte() != '\n')
            {
                file.WriteByte((byte)'\n');
            }
        }

        return file;
    }

    private FileStream Rotate(FileStream full)
    {
        full.Dispose();
        _file = null;
        string[] others = FullFiles(_path);
        int number = (others.Length == 0 ? 0 : NumberOf(others[^1], Path.GetFileNameWithoutExtension(_path))!.Value) + 1;
        string folder = Path.GetDirectoryName(_path)!;
        string target = string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(_path)}.{number:D6}{Path.GetExtension(_path)}");
        File.Move(_path, Path.Combine(folder, target));
        if (_maxFiles is { } keep)
        {
            foreach (string old in others.SkipLast(keep - 1))
            {
                File.Delete(old);
            }
        }

        return _file = Open();
    }
}
