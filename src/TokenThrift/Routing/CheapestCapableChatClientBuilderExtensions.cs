using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TokenThrift.Models;
using TokenThrift.Routing;
using TokenThrift.Tokens;

namespace Microsoft.Extensions.AI;

/// <summary>Adds cheapest-capable routing to a chat client's pipeline.</summary>
public static class CheapestCapableChatClientBuilderExtensions
{
    /// <summary>Adds a router over further models; the client below stays the default one.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="model">What is known of the client below.</param>
    /// <param name="others">The further models.</param>
    /// <param name="configure">Changes the settings, or <see langword="null"/>.</param>
    /// <returns>The builder.</returns>
    public static ChatClientBuilder UseCheapestCapable(
        this ChatClientBuilder builder, ModelInfo model, IEnumerable<ModelLeg> others, Action<RoutingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(model);
        ModelLeg[] further = [.. others ?? throw new ArgumentNullException(nameof(others))];
        return builder.Use((innerClient, services) =>
        {
            var options = new RoutingOptions();
            configure?.Invoke(options);
            return new CheapestCapableChatClient(
                [new ModelLeg(model, innerClient), .. further],
                options,
                services.GetService<TokenCounters>(),
                services.GetService<TimeProvider>(),
                services.GetService<ILogger<CheapestCapableChatClient>>(),
                services.GetService<ModelPolicy>(),
                services.GetService<IDistributedCache>());
        });
    }
}
