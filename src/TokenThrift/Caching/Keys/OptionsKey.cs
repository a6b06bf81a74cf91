using Microsoft.Extensions.AI;

namespace TokenThrift.Caching.Keys;

/// <summary>Writes into a key what the options of a request say to the model.</summary>
internal static class OptionsKey
{
    // No options are written as options without any setting are, so that the two meet.
    private static readonly ChatOptions Unset = new();

    /// <summary>Writes the options. Returns why they cannot be part of a key, or null.</summary>
    /// <param name="writer">The key.</param>
    /// <param name="options">The options, or null.</param>
    /// <param name="rawKey">Gives a key for what a raw-representation factory does.</param>
    public static string? Write(KeyWriter writer, ChatOptions? options, Func<ChatOptions, string?>? rawKey)
    {
        options ??= Unset;
        writer.Text(options.ModelId);
        writer.Text(options.Instructions);
        writer.Number(options.Temperature);
        writer.Number(options.TopP);
        writer.Number(options.TopK ?? long.MinValue);
        writer.Number(options.FrequencyPenalty);
        writer.Number(options.PresencePenalty);
        writer.Number(options.MaxOutputTokens ?? long.MinValue);
        writer.Number(options.Seed ?? long.MinValue);
        writer.Number((long)(options.Reasoning?.Effort is { } effort ? (int)effort : -1));
        writer.Number((long)(options.Reasoning?.Output is { } output ? (int)output : -1));
        writer.Number((long)(options.StopSequences?.Count ?? 0));
        foreach (string stop in options.StopSequences ?? [])
        {
            writer.Text(stop);
        }

        WriteFormat(writer, options.ResponseFormat);
        return WriteTools(writer, options)
            ?? WriteRaw(writer, options, rawKey)
            ?? new ContentKey(writer).Properties(options.AdditionalProperties);
    }

    private static void WriteFormat(KeyWriter writer, ChatResponseFormat? format)
    {
        if (format is ChatResponseFormatJson json)
        {
            writer.Tag((byte)'j');
            writer.Text(json.SchemaName);
            writer.Text(json.SchemaDescription);
            writer.Json(json.Schema ?? default);
        }
        else
        {
            // No format and text are the same request.
            writer.Tag((byte)'t');
        }
    }

    private static string? WriteTools(KeyWriter writer, ChatOptions options)
    {
        IList<AITool> tools = options.Tools ?? [];
        writer.Number((long)tools.Count);
        if (tools.Count == 0)
        {
            return null;
        }

        writer.Text(options.ToolMode switch
        {
            NoneChatToolMode => "none",
            RequiredChatToolMode required => "required " + required.RequiredFunctionName,
            _ => "auto",
        });
        writer.Number((long)(options.AllowMultipleToolCalls is { } allowed ? (allowed ? 1 : 0) : -1));
        foreach (AITool tool in tools)
        {
            if (ToolKeys.Write(writer, tool) is { } reason)
            {
                return reason;
            }
        }

        return null;
    }

    private static string? WriteRaw(KeyWriter writer, ChatOptions options, Func<ChatOptions, string?>? rawKey)
    {
        if (options.RawRepresentationFactory is null)
        {
            return null;
        }

        if (rawKey?.Invoke(options) is not { } key)
        {
            return CacheReasons.RawRepresentation;
        }

        writer.Tag((byte)'w');
        writer.Text(key);
        return null;
    }
}
