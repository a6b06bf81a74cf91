using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace TokenThrift.Compression;

/// <summary>Puts what else prepares a prompt over the client that compresses it: the choice of tools, and above both hygiene, which must see the prompt first.</summary>
internal static class PromptLayers
{
    public static IChatClient Over(IChatClient client, PromptCompressionOptions options, ILoggerFactory? loggers)
    {
        if (options.Enabled && options.MaximumTools is { } most)
        {
            client = new ToolSelectingChatClient(client, new ToolSelectionOptions { MaximumTools = most }, loggers?.CreateLogger<ToolSelectingChatClient>());
        }

        return options.Enabled && options.Hygiene.IsActive
            ? new PromptHygieneChatClient(client, options.Hygiene, loggers?.CreateLogger<PromptHygieneChatClient>()) : client;
    }
}
