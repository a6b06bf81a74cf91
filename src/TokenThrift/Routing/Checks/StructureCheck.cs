using System.Text.Json;
using Microsoft.Extensions.AI;

namespace TokenThrift.Routing;

/// <summary>Where the request asks for JSON, the answer must be JSON, and must fit the schema. Read tolerantly: what can be mended is no fault.</summary>
internal sealed class StructureCheck : IAnswerCheck
{
    public string Name => "structure";

    public ValueTask<CheckResult> CheckAsync(AnswerCheckContext context, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Check(context));

    private static CheckResult Check(AnswerCheckContext context)
    {
        if (context.Options?.ResponseFormat is not ChatResponseFormatJson format || context.ToolCalls.Count > 0)
        {
            return CheckResult.Unknown;
        }

        if (!TolerantJson.TryRead(context.Text, out JsonElement json))
        {
            return CheckResult.Fail("json-invalid", "The answer is not valid JSON. Answer with JSON alone.");
        }

        return format.Schema is { } schema && JsonSchemaCheck.Fault(json, schema) is { } fault
            ? CheckResult.Fail("schema-invalid", $"The JSON does not fit the schema: {fault}.")
            : CheckResult.Pass;
    }
}
