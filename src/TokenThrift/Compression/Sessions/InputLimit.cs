using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Tokens;

namespace TokenThrift.Compression.Sessions;

/// <summary>Tells what all messages of a call may take. A pure function.</summary>
internal static class InputLimit
{
    /// <summary>By more than this factor no counter is wrong; what says so counts something else.</summary>
    public const double LargestOverrun = 3;

    // A model that does not say how long its answers may be is left a quarter of its window for them.
    private const int AnswerShare = 4;

    // In UTF-8 a UTF-16 code unit takes at most three bytes, and no token is less than one; the rest is for the frame of a message.
    private const int MostTokensPerCharacter = 3;
    private const int FrameTokens = 32;

    /// <summary>Says whether messages could be more than what a call may take; only a bound, which is far quicker than counting.</summary>
    public static bool MayBeReached(IReadOnlyList<ChatMessage> messages, ModelInfo? model, ChatOptions? options, ITokenCounter counter)
    {
        if (model is not ({ MaxInputTokens: not null } or { ContextTokens: not null }))
        {
            return false;
        }

        long most = 0;
        foreach (ChatMessage message in messages)
        {
            most += FrameTokens + (MostTokensPerCharacter * message.Contents.Sum(content => content switch
            {
                TextContent text => (long)text.Text.Length,
                TextReasoningContent reasoning => reasoning.Text.Length,
                _ => 0,
            }));
        }

        return most > Of(model, options, counter, LargestOverrun);
    }

    /// <summary>Returns the input limit, or the window less the answer, and less the tools; in tokens as we count them, at least 1, or <see langword="null"/> where no limit is known.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">The options of the request.</param>
    /// <param name="counter">The counter.</param>
    /// <param name="overrun">By how much the provider counts more than the counter, as a factor.</param>
    public static long? Of(ModelInfo? model, ChatOptions? options, ITokenCounter counter, double overrun)
    {
        long? limit = model?.MaxInputTokens;
        if (model?.ContextTokens is { } window)
        {
            long answer = options?.MaxOutputTokens ?? Math.Min(model.MaxOutputTokens ?? long.MaxValue, window / AnswerShare);
            limit = Math.Min(limit ?? long.MaxValue, window - answer);
        }

        return limit is null ? null : Math.Max(1, (long)(limit.Value / overrun) - counter.CountOptions(options));
    }
}
