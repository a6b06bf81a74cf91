using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace TokenThrift.SemanticKernel;

/// <summary>The kernel's own function loop, which runs its invocation filters, around our decorators.</summary>
internal static class KernelFunctionLoop
{
    /// <summary>Makes the loop that replaces one that a connector put inside its client.</summary>
    public static IChatClient Make(IChatClient pipeline, FunctionInvokingChatClient found, IServiceProvider services)
    {
        IChatClient client = pipeline.AsBuilder().UseKernelFunctionInvocation().Build(services);
        FunctionLoopHoist.CopySettings(found, client.GetRequiredService<FunctionInvokingChatClient>());
        return client;
    }

    /// <summary>Makes the decorated form of a chat completion service.</summary>
    public static object WrapCompletion(IServiceProvider provider, ServiceDescriptor descriptor)
    {
        var original = (IChatCompletionService)OriginalService.Make(descriptor, provider, out bool isOurs);
        TokenThriftRuntime runtime = TokenThriftRuntime.For(provider);

        // The service adapted to a client does not run tools (it has no kernel); the loop around it does.
        var pipeline = new TokenThriftChatClient(new KernelUsageChatClient(original.AsChatClient()), isOurs, descriptor, runtime, runtime.SourceFor(null));
        return pipeline.AsBuilder().UseKernelFunctionInvocation().Build(provider).AsChatCompletionService(provider);
    }
}
