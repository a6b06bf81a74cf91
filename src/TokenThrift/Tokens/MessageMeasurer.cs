using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Tokens;

/// <summary>Measures messages, tools and response formats.</summary>
internal static class MessageMeasurer
{
    // Marks around a message, a call or a tool, in the longest published chat templates.
    private const int MarksPerMessage = 16;
    private const int MarksPerCall = 48;
    private const int MarksPerTool = 96;

    public static MessageMeasure Of(ChatMessage message, TextMemo texts)
    {
        var measure = new MessageMeasure(texts) { Bound = new TokenBound(MarksPerMessage + (message.Role.Value.Length * 3L), 0) };
        if (message.AuthorName is { Length: > 0 } author)
        {
            measure.AddText(author);
            measure.AddTokens(1);
        }

        int results = 0;
        foreach (AIContent content in message.Contents)
        {
            results += content is FunctionResultContent ? 1 : 0;
            Add(measure, content);
        }

        // Each result is a message of its own on the wire.
        measure.WireMessages = Math.Max(1, results);
        return measure;
    }

    public static MessageMeasure OfTool(AITool tool, bool typeScript, TextMemo texts)
    {
        var measure = new MessageMeasure(texts) { Tools = 1, Bound = new TokenBound(MarksPerTool, 0) };
        measure.AddText(tool.Name);
        if (tool is AIFunctionDeclaration function)
        {
            string schema = function.JsonSchema.ValueKind == JsonValueKind.Undefined ? "{}" : function.JsonSchema.GetRawText();
            if (typeScript)
            {
                measure.AddText(ToolTypeScript.Of(function));
                measure.Bound += TokenBound.Text(tool.Description) + TokenBound.Json(schema);
            }
            else
            {
                measure.AddText(tool.Description);
                measure.AddText(schema, json: true);
            }
        }
        else
        {
            // A tool that runs at the provider: what it puts into the prompt is up to the provider.
            measure.AddText(tool.Description);
            measure.IsUnbounded = true;
        }

        return measure;
    }

    public static MessageMeasure OfFormat(ChatResponseFormatJson format, TextMemo texts)
    {
        var measure = new MessageMeasure(texts) { Bound = new TokenBound(MarksPerTool, 0) };
        measure.AddText(format.SchemaName);
        measure.AddText(format.SchemaDescription);
        if (format.Schema is { ValueKind: not JsonValueKind.Undefined } schema)
        {
            measure.AddText(schema.GetRawText(), json: true);
        }

        return measure;
    }

    // It is counted as the usual client writes it, and bounded whatever escapes and layout another one may choose.
    private static void AddResult(MessageMeasure measure, object? result)
    {
        if (result is string text)
        {
            measure.AddText(text);
            return;
        }

        measure.AddText(ContentText.OfResult(result), TokenBound.Json(ContentText.Of(result)));
    }

    private static void Add(MessageMeasure measure, AIContent content)
    {
        switch (content)
        {
            case TextContent text:
                measure.AddText(text.Text);
                break;
            case TextReasoningContent reasoning:
                measure.AddText(reasoning.Text);
                if (reasoning.ProtectedData is { Length: > 0 } sealedText)
                {
                    // Base64 of encrypted text: about 4 characters for 3 bytes, and 4 bytes for a token.
                    measure.AddTokens(sealedText.Length * 3 / 16);
                    measure.Bound += new TokenBound(sealedText.Length, 0);
                }

                break;
            case FunctionCallContent call:
                measure.Calls++;
                measure.AddText(call.Name);
                measure.AddText(ContentText.OfArguments(call.Arguments), json: true);
                measure.Bound += new TokenBound(MarksPerCall, 0) + TokenBound.Text(call.CallId);
                break;
            case FunctionResultContent result:
                AddResult(measure, result.Result);
                measure.Bound += new TokenBound(MarksPerCall, 0) + TokenBound.Text(result.CallId);
                break;
            case UsageContent:
                break;
            case ErrorContent error:
                measure.AddText(error.Message);
                break;
            case DataContent data:
                measure.IsUnbounded = true;
                MediaSize.Add(measure, data);
                break;
            case UriContent uri:
                measure.IsUnbounded = true;
                MediaSize.Add(measure, uri);
                break;
            default:
                measure.IsUnbounded = true;
                break;
        }
    }
}
