using Microsoft.Extensions.AI;

namespace TokenThrift.Compression.Hygiene;

/// <summary>Says what of a request keeps the provider from using what it cached of the one before. A pure function.</summary>
internal static class PromptComparison
{
    /// <summary>Compares.</summary>
    /// <param name="before">The request before in the same session, or <see langword="null"/>.</param>
    /// <param name="now">This request.</param>
    /// <param name="messages">Its messages.</param>
    public static IEnumerable<PromptHygieneFinding> Compare(PromptPrint? before, PromptPrint now, IReadOnlyList<ChatMessage> messages)
    {
        if (before is null)
        {
            int clock = Enumerable.Range(0, messages.Count).FirstOrDefault(i => messages[i].Role == ChatRole.System && VolatileText.Find(messages[i].Text) is not null, -1);
            if (clock >= 0)
            {
                yield return new(PromptHygieneIssue.VolatileInstructions, clock, $"the instructions hold '{VolatileText.Find(messages[clock].Text)}'");
            }

            yield break;
        }

        if (Tools(before, now) is { } tools)
        {
            yield return tools;
        }

        // The same question asked anew is another session, not one that lost its history.
        bool isOpening = !messages.Any(message => message.Role == ChatRole.Assistant);
        int compared = isOpening ? Math.Min(before.Messages.Length, now.Messages.Length) : before.Messages.Length;
        for (int i = 0; i < compared; i++)
        {
            if (i >= now.Messages.Length)
            {
                yield return new(PromptHygieneIssue.ChangedHistory, i, $"{before.Messages.Length - i} messages are gone from the end");
                yield break;
            }

            if (before.Messages[i] != now.Messages[i])
            {
                bool isSame = before.Meanings[i] == now.Meanings[i];
                bool isInstruction = messages[i].Role == ChatRole.System;
                yield return isSame && isInstruction ? new(PromptHygieneIssue.VolatileInstructions, i, $"only '{VolatileText.Find(messages[i].Text)}' is new in the instructions")
                    : isSame ? new(PromptHygieneIssue.UnstableJson, i, "the same JSON in another order")
                    : new(PromptHygieneIssue.ChangedHistory, i, $"message {i} of {before.Messages.Length} ({messages[i].Role}) is not what it was");
                if (!isInstruction)
                {
                    yield break;
                }
            }
        }
    }

    private static PromptHygieneFinding? Tools(PromptPrint before, PromptPrint now)
    {
        if (now.Definitions.FirstOrDefault(tool => before.Definitions.TryGetValue(tool.Key, out UInt128 old) && old != tool.Value).Key is { } changed)
        {
            return new(PromptHygieneIssue.ToolDefinition, -1, $"the definition of '{changed}' is not what it was");
        }

        // Tools that were added at the end break the cache once and for a reason; those that changed places do it for none.
        HashSet<string> common = [.. before.Tools.Intersect(now.Tools, StringComparer.Ordinal)];
        return before.Tools.Where(common.Contains).SequenceEqual(now.Tools.Where(common.Contains))
            ? null : new(PromptHygieneIssue.ToolOrder, -1, "the same tools in another order");
    }
}
