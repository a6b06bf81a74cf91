using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TokenThrift.Compression;
using TokenThrift.Tokens;

namespace Microsoft.Extensions.AI;

/// <summary>Adds prompt compression to a chat client's pipeline.</summary>
public static class PromptCompressingChatClientBuilderExtensions
{
    /// <summary>Adds prompt compression. Place it below the function loop, next to the provider's client.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options, or <see langword="null"/> for the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">When the client is built: an option is out of its limits.</exception>
    public static ChatClientBuilder UsePromptCompression(this ChatClientBuilder builder, Action<PromptCompressionOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use((inner, services) =>
        {
            var options = new PromptCompressionOptions();
            configure?.Invoke(options);
            IChatClient client = new PromptCompressingChatClient(
                inner,
                options,
                services.GetService<TokenCounters>(),
                services.GetService<ILogger<PromptCompressingChatClient>>(),
                services.GetService<CompressionStore>());
            return PromptLayers.Over(client, options, services.GetService<ILoggerFactory>());
        });
    }
}
