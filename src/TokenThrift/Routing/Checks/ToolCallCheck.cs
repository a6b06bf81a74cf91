using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>Tool calls must name a tool of the request, fit its schema and not repeat; a call written as text is none.</summary>
internal sealed class ToolCallCheck : IAnswerCheck
{
    private static readonly string[] Marks = ["<tool_call>", "</tool_call>", "<function_call>", "<|tool_call", "[TOOL_CALLS]", "<function=", "<invoke name="];

    public string Name => "tool-call";

    public ValueTask<CheckResult> CheckAsync(AnswerCheckContext context, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(context.Options?.Tools is { Count: > 0 } tools ? Check(context, tools) : CheckResult.Unknown);

    private static CheckResult Check(AnswerCheckContext context, IList<AITool> tools)
    {
        if (context.ToolCalls.Count == 0)
        {
            return IsWrittenAsText(context.Text, tools) ? CheckResult.Fail("tool-call-as-text", "Call the tool instead of writing the call as text.")
                : context.Options!.ToolMode is RequiredChatToolMode ? CheckResult.Fail("no-tool-call", "A tool call is required.")
                : CheckResult.Unknown;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (FunctionCallContent call in context.ToolCalls)
        {
            AITool? tool = tools.FirstOrDefault(t => t.Name == call.Name);
            if (tool is null)
            {
                return CheckResult.Fail("unknown-tool", $"There is no tool '{call.Name}'.");
            }

            string arguments = ContentText.OfArguments(call.Arguments);
            if (call.Exception is not null || !TolerantJson.TryRead(arguments, out JsonElement json) || json.ValueKind != JsonValueKind.Object)
            {
                return CheckResult.Fail("arguments-unreadable", $"The arguments of '{call.Name}' are not a JSON object.");
            }

            if (!seen.Add(call.Name + arguments))
            {
                return CheckResult.Fail("duplicate-call", $"'{call.Name}' is called twice with the same arguments.");
            }

            if (tool is AIFunctionDeclaration { JsonSchema: { ValueKind: JsonValueKind.Object } schema } && Fault(json, schema) is { } fault)
            {
                return CheckResult.Fail("arguments-invalid", $"The arguments of '{call.Name}' do not fit its schema: {fault}.");
            }
        }

        return CheckResult.Pass;
    }

    // An argument that the tool does not know is a fault, even where the schema forgets to say so.
    private static string? Fault(JsonElement arguments, JsonElement schema)
    {
        if (JsonSchemaCheck.Fault(arguments, schema) is { } fault)
        {
            return fault;
        }

        bool isOpen = schema.TryGetProperty("additionalProperties", out JsonElement others) && others.ValueKind != JsonValueKind.False;
        if (!isOpen && schema.TryGetProperty("properties", out JsonElement properties) && properties.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty argument in arguments.EnumerateObject())
            {
                if (!properties.TryGetProperty(argument.Name, out _))
                {
                    return $"$.{argument.Name} is not known";
                }
            }
        }

        return null;
    }

    private static bool IsWrittenAsText(string text, IList<AITool> tools)
    {
        foreach (string mark in Marks)
        {
            if (text.Contains(mark, StringComparison.Ordinal))
            {
                return true;
            }
        }

        // The whole answer is a JSON object that names a tool and its arguments.
        ReadOnlySpan<char> body = text.AsSpan().Trim().Trim('`');
        return (body.StartsWith("{") || body.StartsWith("json"))
            && TolerantJson.TryRead(text, out JsonElement json)
            && json.ValueKind == JsonValueKind.Object
            && json.TryGetProperty("name", out JsonElement name)
            && name.ValueKind == JsonValueKind.String
            && tools.Any(t => t.Name == name.GetString())
            && (json.TryGetProperty("arguments", out _) || json.TryGetProperty("parameters", out _));
    }
}
