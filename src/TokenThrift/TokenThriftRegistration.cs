using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace TokenThrift;

/// <summary>What has been decorated in one service collection, so that nothing is decorated twice.</summary>
internal sealed class TokenThriftRegistration
{
    private readonly HashSet<ServiceDescriptor> _ours = new(ReferenceEqualityComparer.Instance);

    /// <summary>Finds the registration of a collection, or adds it with the services that the pipeline needs.</summary>
    public static TokenThriftRegistration GetOrAdd(IServiceCollection services)
    {
        foreach (ServiceDescriptor descriptor in services)
        {
            if (!descriptor.IsKeyedService && descriptor.ImplementationInstance is TokenThriftRegistration found)
            {
                return found;
            }
        }

        var registration = new TokenThriftRegistration();
        services.AddSingleton(registration);
        TokenThriftServices.Add(services);
        return registration;
    }

    /// <summary>Replaces each registration of a service type that is not yet ours, keyed or not, by a decorated one of the same lifetime and key.</summary>
    /// <param name="services">The collection.</param>
    /// <param name="serviceType">The service type.</param>
    /// <param name="decorate">Makes the service from its container and the original's descriptor.</param>
    /// <returns>How many registrations of the type are decorated now, those of earlier calls included.</returns>
    public int Decorate(IServiceCollection services, Type serviceType, Func<IServiceProvider, ServiceDescriptor, object> decorate)
    {
        int decorated = 0;
        for (int i = 0; i < services.Count; i++)
        {
            ServiceDescriptor original = services[i];
            if (original.ServiceType != serviceType)
            {
                continue;
            }

            decorated++;
            if (_ours.Contains(original))
            {
                continue;
            }

            ServiceDescriptor replacement = original.IsKeyedService
                ? new ServiceDescriptor(serviceType, original.ServiceKey, (provider, _) => decorate(provider, original), original.Lifetime)
                : new ServiceDescriptor(serviceType, provider => decorate(provider, original), original.Lifetime);
            _ours.Add(replacement);
            services[i] = replacement;
        }

        return decorated;
    }

    /// <summary>Registers a client over the added models alone.</summary>
    public void AddClient(IServiceCollection services)
    {
        var descriptor = new ServiceDescriptor(
            typeof(IChatClient),
            provider =>
            {
                TokenThriftRuntime runtime = TokenThriftRuntime.For(provider);
                return new TokenThriftChatClient(null, ownsOriginal: false, runtime, runtime, runtime.SourceFor(null));
            },
            ServiceLifetime.Singleton);
        _ours.Add(descriptor);
        services.Add(descriptor);
    }

    /// <summary>Makes the decorated form of a registered client.</summary>
    public static IChatClient Wrap(IServiceProvider provider, ServiceDescriptor descriptor, FunctionLoopHoist.LoopFactory? makeLoop)
    {
        var original = (IChatClient)OriginalService.Make(descriptor, provider, out bool isOurs);
        if (original.GetService(typeof(TokenThriftChatClient)) is not null)
        {
            return original;
        }

        TokenThriftRuntime runtime = TokenThriftRuntime.For(provider);
        TokenThriftOptionsSource source = runtime.SourceFor(null);
        return FunctionLoopHoist.Wrap(original, client => new TokenThriftChatClient(client, isOurs, descriptor, runtime, source), provider, makeLoop);
    }
}
