using System.Diagnostics.Metrics;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TokenThrift.Caching;

namespace Microsoft.Extensions.AI;

/// <summary>Adds semantic caching to a chat client's pipeline.</summary>
public static class SemanticCachingChatClientBuilderExtensions
{
    /// <summary>Adds semantic caching. Place it below the function loop and above the router.</summary>
    /// <remarks>
    /// Taken from the services: <see cref="HybridCache"/> where it is not given, <see cref="TimeProvider"/>, <see cref="IMeterFactory"/>, the log, an
    /// <see cref="ISemanticIndex"/>, and an embedder: one registered under the key <see cref="SemanticCachingChatClient.EmbedderKey"/>, else the
    /// one that is registered without a key, else the built-in one.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="cache">Where answers are kept; <see langword="null"/> for that of the services.</param>
    /// <param name="configure">Changes the options, or <see langword="null"/> for the defaults.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="InvalidOperationException">When the client is built: there is no <see cref="HybridCache"/>.</exception>
    /// <exception cref="ArgumentException">When the client is built: an option is out of its limits.</exception>
    public static ChatClientBuilder UseSemanticCaching(this ChatClientBuilder builder, HybridCache? cache = null, Action<SemanticCachingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use((inner, services) =>
        {
            var options = new SemanticCachingOptions();
            configure?.Invoke(options);
            return new SemanticCachingChatClient(
                inner,
                cache ?? services.GetService<HybridCache>() ?? throw new InvalidOperationException("There is no HybridCache: pass one, or call AddHybridCache."),
                options,
                services.GetService<IMeterFactory>(),
                services.GetService<TimeProvider>(),
                services.GetService<ILogger<SemanticCachingChatClient>>(),
                SemanticCachingChatClient.FindEmbedder(services),
                services.GetService<ISemanticIndex>());
        });
    }
}
