using Microsoft.Extensions.DependencyInjection;

namespace TokenThrift;

/// <summary>Makes the service that a descriptor described before we replaced it.</summary>
internal static class OriginalService
{
    /// <summary>Makes the original.</summary>
    /// <param name="descriptor">The descriptor as it was registered, keyed or not.</param>
    /// <param name="services">The container or scope.</param>
    /// <param name="isOurs">Whether we made it, and so must dispose it; an instance that was handed in stays its owner's.</param>
    /// <returns>The original.</returns>
    public static object Make(ServiceDescriptor descriptor, IServiceProvider services, out bool isOurs)
    {
        object? instance = descriptor.IsKeyedService ? descriptor.KeyedImplementationInstance : descriptor.ImplementationInstance;
        isOurs = instance is null;
        if (instance is not null)
        {
            return instance;
        }

        if (descriptor.IsKeyedService)
        {
            return descriptor.KeyedImplementationFactory is { } keyed
                ? keyed(services, descriptor.ServiceKey)
                : ActivatorUtilities.CreateInstance(services, descriptor.KeyedImplementationType!);
        }

        return descriptor.ImplementationFactory is { } factory
            ? factory(services)
            : ActivatorUtilities.CreateInstance(services, descriptor.ImplementationType!);
    }
}
