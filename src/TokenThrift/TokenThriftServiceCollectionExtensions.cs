using Microsoft.Extensions.AI;
using TokenThrift;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds TokenThrift to a service collection.</summary>
public static class TokenThriftServiceCollectionExtensions
{
    /// <summary>Decorates every <see cref="IChatClient"/> registered so far, keyed or not, in place; where none is, registers one over the models that <paramref name="configure"/> adds.</summary>
    /// <remarks>
    /// Lifetimes and keys stay. The same options bind from the section <c>TokenThrift</c> of an <c>IConfiguration</c> in
    /// the container, before <paramref name="configure"/>; they are checked when a client is first resolved and, with a
    /// host, at start. The ledger, the catalogue and the receipt book are singletons, and can be resolved as
    /// <see cref="TokenThrift.Budgets.IBudgets"/>, <see cref="TokenThrift.Models.ModelCatalog"/> and
    /// <see cref="TokenThrift.Receipts.ReceiptBook"/>. Calling it again decorates what was registered since.
    /// <paramref name="configure"/> may run several times and should only set options.
    /// </remarks>
    /// <param name="services">The service collection.</param>
    /// <param name="configure">Changes the options, or <see langword="null"/>.</param>
    /// <returns>The service collection.</returns>
    /// <exception cref="InvalidOperationException">No <see cref="IChatClient"/> is registered and no model is added.</exception>
    public static IServiceCollection AddTokenThrift(this IServiceCollection services, Action<TokenThriftOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        TokenThriftRegistration registration = TokenThriftRegistration.GetOrAdd(services);
        if (configure is not null)
        {
            services.Configure(configure);
        }

        int decorated = registration.Decorate(services, typeof(IChatClient), (provider, original) => TokenThriftRegistration.Wrap(provider, original, makeLoop: null));
        if (decorated > 0)
        {
            return services;
        }

        var probe = new TokenThriftOptions();
        configure?.Invoke(probe);
        if (probe.AddedModels().Count == 0)
        {
            throw new InvalidOperationException(
                "AddTokenThrift found nothing to decorate: no IChatClient is registered. Call it after AddChatClient, or add models with TokenThriftOptions.AddModel.");
        }

        registration.AddClient(services);
        return services;
    }
}
