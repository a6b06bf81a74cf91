using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Tokens;

namespace TokenThrift.Compression.Sessions;

/// <summary>Tells what all messages of a call may take. A pure function.</summary>
internal static class InputLimit
{
    // A model that does not say how long its answers may be is left a quarter of its window for them.
    private const int AnswerShare = 4;

    /// <summary>Returns the input limit, or the window less the answer, and less the tools; in tokens, at least 1, or <see langword="null"/> where no limit is known.</summary>
    public static long? Of(ModelInfo? model, ChatOptions? options, ITokenCounter counter)
    {
        long? limit = model?.MaxInputTokens;
        if (model?.ContextTokens is { } window)
        {
            long answer = options?.MaxOutputTokens ?? Math.Min(model.MaxOutputTokens ?? long.MaxValue, window / AnswerShare);
            limit = Math.Min(limit ?? long.MaxValue, window - answer);
        }

        return limit is null ? null : Math.Max(1, limit.Value - counter.CountOptions(options));
    }
}
