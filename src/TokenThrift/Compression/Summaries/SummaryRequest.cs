using System.Globalization;
using System.Text;
using Microsoft.Extensions.AI;
using TokenThrift.Compression.Sessions;
using TokenThrift.Models;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Compression.Summaries;

/// <summary>The call that asks the model what it needs to remember of a conversation whose oldest messages are to be left out.</summary>
/// <param name="Messages">The prompt of the call before, which the provider's prompt cache holds byte for byte, and the instruction behind it.</param>
/// <param name="Options">The options of the call before, as far as they are no harm to a summary.</param>
internal sealed record SummaryRequest(IReadOnlyList<ChatMessage> Messages, ChatOptions Options)
{
    // A summary that takes more than an eighth of the room would soon be the reason why the conversation no longer fits.
    private const int LargestShare = 8;

    // Below this nothing worth its call can be said.
    private const int Fewest = 50;

    /// <summary>Makes the request, or returns <see langword="null"/> where there was no call before or it leaves no room for a summary.</summary>
    /// <param name="prompt">The messages of the call before, as they were sent.</param>
    /// <param name="options">The options, with the tools of the call before.</param>
    /// <param name="maximum">The most tokens that the summary may take.</param>
    /// <param name="counter">The counter.</param>
    /// <param name="model">The model.</param>
    /// <param name="overrun">By how much the provider counts more than the counter, as a factor.</param>
    public static SummaryRequest? For(IReadOnlyList<ChatMessage> prompt, ChatOptions? options, int maximum, ITokenCounter counter, ModelInfo? model, double overrun)
    {
        int tokens = (int)Math.Min(maximum, (InputLimit.Of(model, options, counter, overrun) ?? long.MaxValue) / LargestShare);
        if (prompt.Count == 0 || tokens < Fewest)
        {
            return null;
        }

        // What would change the prompt's beginning stays: the tools, and how they may be used unless one must be.
        ChatOptions own = options?.Clone() ?? new ChatOptions();
        own.MaxOutputTokens = tokens;
        own.ResponseFormat = null;
        own.StopSequences = null;
        own.ToolMode = own.ToolMode is RequiredChatToolMode ? ChatToolMode.Auto : own.ToolMode;
        RequestSettings.Purpose.Set(own, CallPurpose.Summary);
        ChatMessage[] messages = [.. prompt, new ChatMessage(ChatRole.User, Instruction(tokens))];
        return counter.Count(messages, null) > InputLimit.Of(model, own, counter, overrun) ? null : new SummaryRequest(messages, own);
    }

    /// <summary>Reads a summary, or returns <see langword="null"/> where the answer holds none.</summary>
    public static string? Read(ChatResponse response)
    {
        string text = response.Text.Trim();
        // As it will be read from the log, where half a surrogate pair cannot stand.
        return text.Length == 0 || response.FinishReason == ChatFinishReason.ContentFilter ? null : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
    }

    // Two words are about three tokens, with room to end the sentence.
    private static string Instruction(int tokens) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        The conversation no longer fits, and its oldest messages are about to be left out. Write down for yourself what is needed of everything so far to go on without them: what was asked and what was decided; what was found out, with names, paths, numbers and identifiers exactly as they stand; what was tried and failed; what is done and what is still to be done. Carry over what an earlier note of this kind says. Call no tools. Write only the note, in at most {tokens * 3 / 5} words.
        """);
}
