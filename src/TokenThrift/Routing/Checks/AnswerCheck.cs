namespace TokenThrift.Routing;

/// <summary>Makes a check of a function.</summary>
public static class AnswerCheck
{
    /// <summary>Makes a check of a pure function of request and answer.</summary>
    /// <param name="name">The name, a short code.</param>
    /// <param name="check">The function; safe for concurrent use.</param>
    /// <returns>The check.</returns>
    public static IAnswerCheck From(string name, Func<AnswerCheckContext, CheckResult> check)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(check);
        return new FunctionCheck(name, check);
    }

    private sealed class FunctionCheck(string name, Func<AnswerCheckContext, CheckResult> check) : IAnswerCheck
    {
        public string Name => name;

        public ValueTask<CheckResult> CheckAsync(AnswerCheckContext context, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(check(context));
    }
}
