using System.Text;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>No model may or can serve a request; nothing was sent to anyone.</summary>
public sealed class NoCapableModelException : CallRefusedException
{
    /// <summary>Initializes a new instance of the <see cref="NoCapableModelException"/> class.</summary>
    /// <param name="excluded">Each model and why it cannot be used.</param>
    /// <param name="retryAt">When the first model that only rests may be asked again, or <see langword="null"/>.</param>
    public NoCapableModelException(IReadOnlyDictionary<string, string> excluded, DateTimeOffset? retryAt = null)
        : base(Describe(excluded))
    {
        Excluded = excluded;
        RetryAt = retryAt;
    }

    /// <summary>Gets each model and why it cannot be used.</summary>
    public IReadOnlyDictionary<string, string> Excluded { get; }

    /// <summary>Gets the earliest time at which a model that rests after faults may be asked again, or <see langword="null"/> when none does.</summary>
    public DateTimeOffset? RetryAt { get; }

    private static string Describe(IReadOnlyDictionary<string, string> excluded)
    {
        ArgumentNullException.ThrowIfNull(excluded);
        var text = new StringBuilder("No model can serve this request:");
        foreach ((string model, string reason) in excluded)
        {
            text.Append(' ').Append(model).Append(" (").Append(reason).Append(");");
        }

        text[^1] = '.';
        return text.ToString();
    }
}
