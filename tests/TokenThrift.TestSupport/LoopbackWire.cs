using System.Text.Json.Nodes;

namespace TokenThrift.TestSupport;

/// <summary>The bodies of the chat completions protocol.</summary>
internal static class LoopbackWire
{
    public static JsonObject Completion(LoopbackRequest request, LoopbackReply reply)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = reply.ToolCalls.Count > 0 && reply.Text.Length == 0 ? null : reply.Text, ["refusal"] = null };
        if (reply.ToolCalls.Count > 0)
        {
            message["tool_calls"] = new JsonArray([.. reply.ToolCalls.Select(call => ToolCall(call, index: null))]);
        }

        JsonObject body = Envelope(request, reply, "chat.completion");
        body["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = message, ["logprobs"] = null, ["finish_reason"] = reply.FinishReason });
        if (reply.ReportsUsage)
        {
            body["usage"] = Usage(reply);
        }

        return body;
    }

    /// <summary>The chunks of a streamed answer: role, text word by word, tools, the end, and the usage if it was asked for.</summary>
    public static IEnumerable<JsonObject> Chunks(LoopbackRequest request, LoopbackReply reply)
    {
        yield return Chunk(request, reply, new JsonObject { ["role"] = "assistant", ["content"] = string.Empty });
        foreach (string word in Words(reply.Text))
        {
            yield return Chunk(request, reply, new JsonObject { ["content"] = word });
        }

        for (int i = 0; i < reply.ToolCalls.Count; i++)
        {
            yield return Chunk(request, reply, new JsonObject { ["tool_calls"] = new JsonArray(ToolCall(reply.ToolCalls[i], i)) });
        }

        yield return Chunk(request, reply, [], reply.FinishReason);
        if (reply.ReportsUsage && request.AsksForUsage)
        {
            JsonObject last = Envelope(request, reply, "chat.completion.chunk");
            last["choices"] = new JsonArray();
            last["usage"] = Usage(reply);
            yield return last;
        }
    }

    public static JsonObject Error(LoopbackReply reply) => new()
    {
        ["error"] = new JsonObject
        {
            ["message"] = reply.ErrorMessage,
            ["type"] = reply.StatusCode >= 500 ? "server_error" : "invalid_request_error",
            ["param"] = null,
            ["code"] = reply.ErrorCode,
        },
    };

    private static JsonObject Chunk(LoopbackRequest request, LoopbackReply reply, JsonObject delta, string? finish = null)
    {
        JsonObject chunk = Envelope(request, reply, "chat.completion.chunk");
        chunk["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["logprobs"] = null, ["finish_reason"] = finish });
        return chunk;
    }

    private static JsonObject Envelope(LoopbackRequest request, LoopbackReply reply, string type) => new()
    {
        ["id"] = $"chatcmpl-{request.Index}",
        ["object"] = type,
        ["created"] = 1_767_225_600,
        ["model"] = reply.ServedModel ?? request.Model,
    };

    private static JsonObject Usage(LoopbackReply reply) => new()
    {
        ["prompt_tokens"] = reply.InputTokens,
        ["completion_tokens"] = reply.OutputTokens,
        ["total_tokens"] = reply.InputTokens + reply.OutputTokens,
        ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = reply.CachedTokens },
        ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = reply.ReasoningTokens },
    };

    private static JsonObject ToolCall(LoopbackToolCall call, int? index)
    {
        var json = new JsonObject
        {
            ["id"] = call.Id,
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = call.ArgumentsJson },
        };
        if (index is { } at)
        {
            json["index"] = at;
        }

        return json;
    }

    private static IEnumerable<string> Words(string text)
    {
        for (int start = 0; start < text.Length;)
        {
            int space = text.IndexOf(' ', start + 1);
            int end = space < 0 ? text.Length : space;
            yield return text[start..end];
            start = end;
        }
    }
}
