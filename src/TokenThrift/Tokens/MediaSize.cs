using System.Buffers.Binary;
using Microsoft.Extensions.AI;

namespace TokenThrift.Tokens;

/// <summary>Estimates what pictures, documents and sound take; no provider lets anyone count that exactly.</summary>
internal static class MediaSize
{
    // A picture whose size is not known counts as this many pixels; providers scale larger ones down to about it.
    private const long LargestPixels = 1_176_000;
    private const int TokensPerPage = 1_500;
    private const int BytesPerPage = 60_000;
    private const int BytesPerAudioToken = 1_600;

    public static void Add(MessageMeasure measure, DataContent data)
    {
        ReadOnlySpan<byte> bytes = data.Data.Span;
        if (data.HasTopLevelMediaType("image"))
        {
            measure.Images++;
            measure.Pixels += Math.Min(LargestPixels, Pixels(bytes) ?? LargestPixels);
        }
        else if (data.HasTopLevelMediaType("audio"))
        {
            measure.MediaTokens += 1 + (bytes.Length / BytesPerAudioToken);
        }
        else if (data.HasTopLevelMediaType("text"))
        {
            measure.AddText(System.Text.Encoding.UTF8.GetString(bytes));
        }
        else
        {
            measure.MediaTokens += TokensPerPage * Math.Max(1, PdfPages(bytes) ?? (bytes.Length / BytesPerPage));
        }
    }

    public static void Add(MessageMeasure measure, UriContent uri)
    {
        if (uri.HasTopLevelMediaType("image"))
        {
            measure.Images++;
            measure.Pixels += LargestPixels;
        }
        else
        {
            measure.MediaTokens += TokensPerPage;
        }
    }

    /// <summary>Reads the size of a PNG, GIF or JPEG from its header.</summary>
    internal static long? Pixels(ReadOnlySpan<byte> image)
    {
        if (image.Length >= 24 && image[0] == 0x89 && image[1..4].SequenceEqual("PNG"u8))
        {
            return (long)BinaryPrimitives.ReadUInt32BigEndian(image[16..]) * BinaryPrimitives.ReadUInt32BigEndian(image[20..]);
        }

        if (image.Length >= 10 && image[..3].SequenceEqual("GIF"u8))
        {
            return (long)BinaryPrimitives.ReadUInt16LittleEndian(image[6..]) * BinaryPrimitives.ReadUInt16LittleEndian(image[8..]);
        }

        return image.Length >= 4 && image[0] == 0xFF && image[1] == 0xD8 ? JpegPixels(image) : null;
    }

    private static long? JpegPixels(ReadOnlySpan<byte> image)
    {
        int at = 2;
        while (at + 9 < image.Length && image[at] == 0xFF)
        {
            byte marker = image[at + 1];

            // A start-of-frame marker carries the size; C4, C8 and CC are tables.
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return (long)BinaryPrimitives.ReadUInt16BigEndian(image[(at + 5)..]) * BinaryPrimitives.ReadUInt16BigEndian(image[(at + 7)..]);
            }

            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(image[(at + 2)..]);
        }

        return null;
    }

    private static int? PdfPages(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith("%PDF"u8))
        {
            return null;
        }

        int pages = bytes.Count("/Type /Page"u8) + bytes.Count("/Type/Page"u8) - bytes.Count("/Type /Pages"u8) - bytes.Count("/Type/Pages"u8);
        return pages > 0 ? pages : null;
    }
}
