using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace TokenThrift.Evaluation.Compression;

/// <summary>Semantic Kernel's truncation reducer over the messages of Microsoft.Extensions.AI.</summary>
internal sealed class SemanticKernelReducer(int target, int threshold) : IChatReducer
{
    private const string Index = "index";
    private readonly ChatHistoryTruncationReducer _reducer = new(target, threshold);

    public async Task<IEnumerable<ChatMessage>> ReduceAsync(IEnumerable<ChatMessage> messages, CancellationToken cancellationToken)
    {
        ChatMessage[] list = [.. messages];
        ChatMessageContent[] history = [.. list.Select(Convert)];
        IEnumerable<ChatMessageContent>? reduced = await _reducer.ReduceAsync(history, cancellationToken);
        return reduced is null ? list : reduced.Select(content => list[(int)content.Metadata![Index]!]);
    }

    private static ChatMessageContent Convert(ChatMessage message, int index)
    {
        var content = new ChatMessageContent(new AuthorRole(message.Role.Value), message.Text, metadata: new Dictionary<string, object?> { [Index] = index });
        foreach (AIContent item in message.Contents)
        {
            if (item is Microsoft.Extensions.AI.FunctionCallContent call)
            {
                content.Items.Add(new Microsoft.SemanticKernel.FunctionCallContent(call.Name, id: call.CallId));
            }
            else if (item is Microsoft.Extensions.AI.FunctionResultContent result)
            {
                content.Items.Add(new Microsoft.SemanticKernel.FunctionResultContent(callId: result.CallId, result: result.Result));
            }
        }

        return content;
    }
}
