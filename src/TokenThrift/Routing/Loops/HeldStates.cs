using Microsoft.Extensions.AI;

namespace TokenThrift.Routing;

/// <summary>Finds state that lives at one provider: conversations, unfinished answers, uploaded files. No other provider can read it.</summary>
internal static class HeldStates
{
    public static bool NeedsHolder(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        if (options is { ConversationId.Length: > 0 } or { ContinuationToken: not null })
        {
            return true;
        }

        for (int i = 0; i < messages.Count; i++)
        {
            IList<AIContent> contents = messages[i].Contents;
            for (int j = 0; j < contents.Count; j++)
            {
                if (IsHeld(contents[j]))
                {
                    return true;
                }
            }
        }

        return options?.Tools is { Count: > 0 } tools && tools.Any(HoldsFiles);
    }

    private static bool HoldsFiles(AITool tool) => tool switch
    {
        HostedFileSearchTool search => search.Inputs?.Any(IsHeld) == true,
        HostedCodeInterpreterTool interpreter => interpreter.Inputs?.Any(IsHeld) == true,
        _ => false,
    };

    private static bool IsHeld(AIContent content) => content is HostedFileContent or HostedVectorStoreContent;
}
