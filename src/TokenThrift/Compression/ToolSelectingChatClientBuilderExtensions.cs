using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TokenThrift.Compression;

namespace Microsoft.Extensions.AI;

/// <summary>Adds the selection of tools to a chat client's pipeline.</summary>
public static class ToolSelectingChatClientBuilderExtensions
{
    /// <summary>Adds the selection of tools. Place it below the function loop.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options, or <see langword="null"/> for the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">When the client is built: an option is out of its limits.</exception>
    public static ChatClientBuilder UseToolSelection(this ChatClientBuilder builder, Action<ToolSelectionOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use((inner, services) =>
        {
            var options = new ToolSelectionOptions();
            configure?.Invoke(options);
            return new ToolSelectingChatClient(inner, options, services.GetService<ILogger<ToolSelectingChatClient>>());
        });
    }
}
