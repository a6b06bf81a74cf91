using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Compression.Sessions;
using TokenThrift.Tokens;

namespace TokenThrift.Compression.Retrieval;

/// <summary>The retrieve tool where a function loop stands below the decorator and runs it as it runs any tool. One object a request.</summary>
internal sealed class RetrieveFunction(Retriever retriever, Conversation conversation, string scope, int maximum, ITokenCounter counter) : AIFunction
{
    private int _asked;

    public override string Name => RetrieveTool.Declaration.Name;

    public override string Description => RetrieveTool.Declaration.Description;

    public override JsonElement JsonSchema => RetrieveTool.Declaration.JsonSchema;

    /// <summary>Returns options in which this stands in the place of the declaration.</summary>
    public ChatOptions? PutInto(ChatOptions? options)
    {
        ChatOptions? clone = options?.Clone();
        if (clone is not null)
        {
            clone.Tools = [.. (options!.Tools ?? []).Select(tool => ReferenceEquals(tool, RetrieveTool.Declaration) ? this : tool)];
        }

        return clone;
    }

    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        bool isExhausted = Interlocked.Increment(ref _asked) > maximum;
        string text = await retriever.AnswerAsync(new FunctionCallContent(string.Empty, Name, arguments), conversation, scope, isExhausted, cancellationToken).ConfigureAwait(false);
        conversation.Retrieved(counter.CountText(text));
        return text;
    }
}
