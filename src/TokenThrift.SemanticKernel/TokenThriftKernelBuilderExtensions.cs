using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel.ChatCompletion;
using TokenThrift;
using TokenThrift.SemanticKernel;

namespace Microsoft.SemanticKernel;

/// <summary>Adds TokenThrift to a kernel.</summary>
public static class TokenThriftKernelBuilderExtensions
{
    /// <summary>Decorates every chat client and chat completion service registered so far, keyed or not, in place.</summary>
    /// <remarks>
    /// Works for prompts, plugins and agents, streamed or not. The function loop that Semantic Kernel's connectors put inside
    /// their clients is moved outside of TokenThrift, with its filters, so that each model call is seen. A chat completion
    /// service keeps its interface and runs its tools in the same way. With no service registered, added models make the
    /// kernel's chat client. See <c>AddTokenThrift</c> of the service collection for where options come from.
    /// </remarks>
    /// <param name="builder">The kernel's builder.</param>
    /// <param name="configure">Changes the options, or <see langword="null"/>; may run several times and should only set options.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">No chat service is registered and no model is added.</exception>
    public static IKernelBuilder AddTokenThrift(this IKernelBuilder builder, Action<TokenThriftOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        IServiceCollection services = builder.Services;
        TokenThriftRegistration registration = TokenThriftRegistration.GetOrAdd(services);
        if (!services.Any(descriptor => descriptor.ServiceType == typeof(FunctionLoopHoist.LoopFactory)))
        {
            services.AddSingleton<FunctionLoopHoist.LoopFactory>(KernelFunctionLoop.Make);
        }

        int completions = registration.Decorate(services, typeof(IChatCompletionService), KernelFunctionLoop.WrapCompletion);
        if (completions > 0 && !services.Any(descriptor => descriptor.ServiceType == typeof(IChatClient)))
        {
            if (configure is not null)
            {
                services.Configure(configure);
            }

            return builder;
        }

        services.AddTokenThrift(configure);
        return builder;
    }
}
