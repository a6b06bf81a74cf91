namespace TokenThrift.Routing;

/// <summary>Says whether an answer can be used.</summary>
/// <remarks>
/// A check that calls a model itself must do so through a client that the budget gate and the policy wrap; every other
/// check is a pure function of request and answer. A check that throws is stepped over and counts as
/// <see cref="CheckVerdict.Unknown"/>. Implementations are safe for concurrent use.
/// </remarks>
public interface IAnswerCheck
{
    /// <summary>Gets the name, a short code such as <c>json-schema</c>.</summary>
    string Name { get; }

    /// <summary>Checks an answer.</summary>
    /// <param name="context">The request and the answer.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    /// <returns>What was found.</returns>
    ValueTask<CheckResult> CheckAsync(AnswerCheckContext context, CancellationToken cancellationToken = default);
}
