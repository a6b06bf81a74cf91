using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TokenThrift;

/// <summary>Puts a function loop that was found inside a client outside of our decorators, so that they see every model call.</summary>
/// <remarks>Without it a client that brings its own loop makes several calls where we would see one.</remarks>
internal static class FunctionLoopHoist
{
    /// <summary>Makes the loop that replaces the one found; the host's own, such as a kernel's, where it has registered one.</summary>
    /// <param name="pipeline">Our decorators.</param>
    /// <param name="found">The loop inside the original client.</param>
    /// <param name="services">The container.</param>
    public delegate IChatClient LoopFactory(IChatClient pipeline, FunctionInvokingChatClient found, IServiceProvider services);

    /// <summary>Wraps a client: beneath a hoisted loop where it holds one, else directly.</summary>
    /// <param name="original">The client as it was registered.</param>
    /// <param name="decorate">Puts our decorators over a client.</param>
    /// <param name="services">The container.</param>
    /// <param name="makeLoop">Makes the outer loop, or <see langword="null"/> for the plain one.</param>
    /// <returns>The client to use in place of the original.</returns>
    /// <exception cref="InvalidOperationException">The loop found is of a kind that cannot be moved.</exception>
    public static IChatClient Wrap(IChatClient original, Func<IChatClient, IChatClient> decorate, IServiceProvider services, LoopFactory? makeLoop)
    {
        if (original.GetService(typeof(FunctionInvokingChatClient)) is not FunctionInvokingChatClient found)
        {
            return decorate(original);
        }

        LoopFactory make = makeLoop ?? services.GetService<LoopFactory>() ?? Plain;
        return make(decorate(new DeclarationOnlyToolsChatClient(original)), found, services);
    }

    private static FunctionInvokingChatClient Plain(IChatClient pipeline, FunctionInvokingChatClient found, IServiceProvider services)
    {
        if (found.GetType() != typeof(FunctionInvokingChatClient))
        {
            throw new InvalidOperationException(
                $"The client to decorate already holds a function loop of type {found.GetType().Name}, which TokenThrift cannot move outside itself. " +
                "Call UseTokenThrift after (below) the loop's own builder verb, or, in a kernel, AddTokenThrift of the package TokenThrift.SemanticKernel.");
        }

        var loop = new FunctionInvokingChatClient(pipeline, services.GetService<ILoggerFactory>(), services);
        CopySettings(found, loop);
        return loop;
    }

    /// <summary>Gives a new loop the settings of the one that it replaces.</summary>
    /// <param name="found">The loop that was found.</param>
    /// <param name="loop">The loop that replaces it.</param>
    public static void CopySettings(FunctionInvokingChatClient found, FunctionInvokingChatClient loop)
    {
        loop.AllowConcurrentInvocation = found.AllowConcurrentInvocation;
        loop.IncludeDetailedErrors = found.IncludeDetailedErrors;
        loop.MaximumIterationsPerRequest = found.MaximumIterationsPerRequest;
        loop.MaximumConsecutiveErrorsPerRequest = found.MaximumConsecutiveErrorsPerRequest;
        loop.TerminateOnUnknownCalls = found.TerminateOnUnknownCalls;
        loop.FunctionInvoker = found.FunctionInvoker;

        // Tools that the inner loop knows by itself would be run in there, unseen; they move with it.
        if (found.AdditionalTools is { Count: > 0 } tools)
        {
            loop.AdditionalTools = tools;
            found.AdditionalTools = null;
        }
    }
}
