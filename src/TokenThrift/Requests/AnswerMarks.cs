using Microsoft.Extensions.AI;

namespace TokenThrift.Requests;

/// <summary>What a lower decorator notes on an answer for those above: such an answer is served, but not cached and not judged.</summary>
public static class AnswerMarks
{
    /// <summary>The key in a response's additional properties under which an answer that failed its checks, and is served for want of a better one, says why.</summary>
    public const string DegradedKey = RequestSettings.Prefix + "degraded";

    private const string CutKey = RequestSettings.Prefix + "cut-by-budget";

    /// <summary>Marks an answer that ended at an output limit which the budget gate had written.</summary>
    /// <param name="response">The answer; changed in place.</param>
    public static void MarkCut(ChatResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        (response.AdditionalProperties ??= [])[CutKey] = true;
    }

    /// <summary>Marks the update with which a stream ended at an output limit which the budget gate had written.</summary>
    /// <param name="update">The update; changed in place.</param>
    public static void MarkCut(ChatResponseUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        (update.AdditionalProperties ??= [])[CutKey] = true;
    }

    /// <summary>Says whether an answer was cut short by the budget gate.</summary>
    /// <param name="response">The answer.</param>
    /// <returns><see langword="true"/> if it was.</returns>
    public static bool IsCut(ChatResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return Has(response, CutKey);
    }

    /// <summary>Says whether an update carries the mark.</summary>
    /// <param name="update">The update.</param>
    /// <returns><see langword="true"/> if it does.</returns>
    public static bool IsCut(ChatResponseUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        return update.AdditionalProperties?.ContainsKey(CutKey) == true;
    }

    /// <summary>Says whether an answer failed its checks.</summary>
    /// <param name="response">The answer.</param>
    /// <returns><see langword="true"/> if it did.</returns>
    public static bool IsDegraded(ChatResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return Has(response, DegradedKey);
    }

    // The framework puts what an update carries on the message that the update belongs to, where it names one.
    private static bool Has(ChatResponse response, string key) =>
        response.AdditionalProperties?.ContainsKey(key) == true
        || response.Messages.Any(message => message.AdditionalProperties?.ContainsKey(key) == true);
}
