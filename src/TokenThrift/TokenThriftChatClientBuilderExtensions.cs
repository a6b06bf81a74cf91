using TokenThrift;

namespace Microsoft.Extensions.AI;

/// <summary>Adds all of TokenThrift to a chat client's builder.</summary>
public static class TokenThriftChatClientBuilderExtensions
{
    /// <summary>Adds receipts, the budget ladder, caching, routing, compression and budgets, in the order that makes them work together.</summary>
    /// <remarks>
    /// Put it below the function loop, <c>UseFunctionInvocation().UseTokenThrift()</c>, so that it sees each model call. A
    /// loop that is found below it is moved outside. A client that TokenThrift decorates already is left as it is.
    /// The options are those of <c>AddTokenThrift</c> in the same container and of its configuration section, where there
    /// are any, with <paramref name="configure"/> on top.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options, or <see langword="null"/>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">While building: the client is decorated already and <paramref name="configure"/> is given.</exception>
    /// <exception cref="Options.OptionsValidationException">While building: an option is out of its limits; the message names it.</exception>
    public static ChatClientBuilder UseTokenThrift(this ChatClientBuilder builder, Action<TokenThriftOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var registration = new object();
        return builder.Use((inner, services) =>
        {
            if (inner.GetService(typeof(TokenThriftChatClient)) is not null)
            {
                return configure is null ? inner : throw new InvalidOperationException(
                    "The client is decorated by TokenThrift already, so these options would never be used: pass them where it was decorated first.");
            }

            TokenThriftRuntime runtime = TokenThriftRuntime.For(services);
            TokenThriftOptionsSource source = runtime.SourceFor(configure);
            return FunctionLoopHoist.Wrap(inner, client => new TokenThriftChatClient(client, ownsOriginal: true, registration, runtime, source), services, makeLoop: null);
        });
    }
}
