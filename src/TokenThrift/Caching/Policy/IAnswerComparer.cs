using Microsoft.Extensions.AI;

namespace TokenThrift.Caching;

/// <summary>Says whether two answers come to the same. What it says is what the bound on wrong answers is relative to.</summary>
/// <remarks>It is asked after the model has answered, about answers that might have been served instead. Implementations are safe for concurrent use.</remarks>
public interface IAnswerComparer
{
    /// <summary>Compares two answers.</summary>
    /// <param name="pair">The answers and their questions.</param>
    /// <param name="options">The options of the request, whose settings a comparer that asks a model passes on; <see langword="null"/> where there are none.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The verdict. A fault counts as <see cref="AnswerComparison.Unknown"/>.</returns>
    ValueTask<AnswerComparison> CompareAsync(AnswerPair pair, ChatOptions? options = null, CancellationToken cancellationToken = default);
}
