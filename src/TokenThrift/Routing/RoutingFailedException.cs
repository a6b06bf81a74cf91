using System.Text;
using TokenThrift.Receipts;

namespace TokenThrift.Routing;

/// <summary>Models were asked, and none gave an answer that could be used.</summary>
/// <remarks>The inner exception is that of the last attempt which threw one; it is absent where checks refused every answer.</remarks>
public sealed class RoutingFailedException : InvalidOperationException
{
    /// <summary>Initializes a new instance of the <see cref="RoutingFailedException"/> class.</summary>
    /// <param name="routing">What the router did: the attempts, and the models that were left out.</param>
    /// <param name="innerException">What the last attempt that failed threw, or <see langword="null"/>.</param>
    public RoutingFailedException(RoutingRecord routing, Exception? innerException = null)
        : base(Describe(routing), innerException) => Routing = routing;

    /// <summary>Gets what the router did: the attempts, and the models that were left out.</summary>
    public RoutingRecord Routing { get; }

    private static string Describe(RoutingRecord routing)
    {
        ArgumentNullException.ThrowIfNull(routing);
        var text = new StringBuilder("No model gave an answer that can be used. Asked:");
        foreach (RoutingAttempt attempt in routing.Attempts)
        {
            text.Append(' ').Append(attempt.ModelId).Append(" (").Append(attempt.Reason).Append(");");
        }

        foreach ((string model, string reason) in routing.Excluded)
        {
            text.Append(" not asked: ").Append(model).Append(" (").Append(reason).Append(");");
        }

        text[^1] = '.';
        return text.ToString();
    }
}
