using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TokenThrift.Compression;

namespace Microsoft.Extensions.AI;

/// <summary>Adds prompt hygiene to a chat client's pipeline.</summary>
public static class PromptHygieneChatClientBuilderExtensions
{
    /// <summary>Adds prompt hygiene: what breaks the provider's prompt cache is reported, and where it is told to put right. Place it above prompt compression.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options, or <see langword="null"/> for the defaults.</param>
    /// <returns>The builder.</returns>
    public static ChatClientBuilder UsePromptHygiene(this ChatClientBuilder builder, Action<PromptHygieneOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use((inner, services) =>
        {
            var options = new PromptHygieneOptions();
            configure?.Invoke(options);
            return new PromptHygieneChatClient(inner, options, services.GetService<ILogger<PromptHygieneChatClient>>());
        });
    }
}
