using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace TokenThrift.Caching.Keys;

/// <summary>Writes what shapes an answer in one canonical form: every text preceded by its length and every list by its count, so that none can run into another.</summary>
internal sealed class KeyWriter : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(4096);

    /// <summary>Gets how many bytes are written.</summary>
    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public void Tag(byte tag)
    {
        Ensure(1);
        _buffer[Length++] = tag;
    }

    public void Number(long value)
    {
        Ensure(sizeof(long));
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.AsSpan(Length), value);
        Length += sizeof(long);
    }

    public void Number(double? value) => Number(value is { } number ? BitConverter.DoubleToInt64Bits(number + 0.0) : long.MinValue);

    public void Text(string? text)
    {
        if (text is null)
        {
            Number(-1L);
            return;
        }

        Text(text.AsSpan());
    }

    public void Text(ReadOnlySpan<char> text)
    {
        // UTF-8 would join different broken surrogates; the count of characters keeps most apart, and the model cannot tell them either.
        Number((long)text.Length);
        Ensure(Encoding.UTF8.GetMaxByteCount(text.Length));
        Length += Encoding.UTF8.GetBytes(text, _buffer.AsSpan(Length));
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Number((long)bytes.Length);
        Ensure(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Writes JSON without regard to white space and the order of properties.</summary>
    public void Json(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                Tag((byte)'{');
                Number((long)json.GetPropertyCount());
                foreach (JsonProperty property in json.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal))
                {
                    Text(property.Name);
                    Json(property.Value);
                }

                break;
            case JsonValueKind.Array:
                Tag((byte)'[');
                Number((long)json.GetArrayLength());
                foreach (JsonElement item in json.EnumerateArray())
                {
                    Json(item);
                }

                break;
            case JsonValueKind.String:
                Tag((byte)'"');
                Text(json.GetString());
                break;
            case JsonValueKind.Null:
                Tag((byte)'n');
                break;
            case JsonValueKind.Undefined:
                Tag((byte)'u');
                break;
            default:
                Tag((byte)'v');
                Text(json.GetRawText());
                break;
        }
    }

    /// <summary>Takes back what was written after a point.</summary>
    public void Rewind(int length) => Length = length;

    /// <summary>Hashes what is written so far with a key (HMAC-SHA-256).</summary>
    public CacheKey Hash(ReadOnlySpan<byte> key) => CacheKey.Of(HMACSHA256.HashData(key, Written));

    public void Dispose()
    {
        byte[] buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0)
        {
            // The buffer held the prompt; the next to rent it must not find it.
            buffer.AsSpan(0, Math.Min(Length, buffer.Length)).Clear();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Ensure(int more)
    {
        if (_buffer.Length - Length >= more)
        {
            return;
        }

        byte[] bigger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, Length + more));
        Written.CopyTo(bigger);
        MemoryMarshal.CreateSpan(ref MemoryMarshal.GetArrayDataReference(_buffer), Length).Clear();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = bigger;
    }
}
