using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using TokenThrift.Caching;
using TokenThrift.Requests;
using TokenThrift.Text;

namespace TokenThrift.Evaluation.Caching;

/// <summary>Whether a follow-up is answered from the cache under its own main query, and never under another.</summary>
internal sealed class CacheMultiTurnCommand : EvaluationCommand
{
    /// <inheritdoc/>
    public override string Name => "cache-multi-turn";

    /// <inheritdoc/>
    public override string Help => "rows of a main query, its answer, a follow-up and its answer: each follow-up under every main query, plain and streamed";

    /// <inheritdoc/>
    public override async Task<IReadOnlyDictionary<string, object?>> RunAsync(EvaluationArguments arguments, EvaluationOutput output)
    {
        MultiTurnRow[] rows = [.. arguments.Rows().Select(MultiTurnRow.Read)];
        _ = arguments.Seed;
        arguments.RefuseUnknown();

        // Rows with one main query are one conversation, which can have but one answer to it.
        rows = [.. rows.DistinctBy(row => TextFolding.Fold(row.Main))];
        var shipped = await PlayAsync(rows, new SemanticCachingOptions(), "shipped defaults", output).ConfigureAwait(false);
        var compared = await PlayAsync(rows, new SemanticCachingOptions { History = HistoryPolicy.SameParent }, "same parent", output).ConfigureAwait(false);
        output.Table(
            ["asked", "elsewhere", "hits", "again", "hits", "reworded", "hits"],
            [shipped.Row("defaults"), compared.Row("same parent")]);
        output.Line("Hits: follow-ups under another main query; conversations repeated as they were; the same in other case and spacing.");
        return new Dictionary<string, object?>
        {
            ["crossContextHits"] = shipped.CrossHits + compared.CrossHits,
            ["sameContextHitRate"] = (double)(shipped.SameHits + compared.SameHits) / (shipped.Same + compared.Same),
            ["rewordedHitRate"] = (double)compared.RewordedHits / compared.Reworded,
            ["crossContextAsked"] = shipped.Cross + compared.Cross,
        };
    }

    private static async Task<MultiTurnCount> PlayAsync(MultiTurnRow[] rows, SemanticCachingOptions options, string what, EvaluationOutput output)
    {
        await using ServiceProvider services = new ServiceCollection().AddHybridCache().Services.BuildServiceProvider();
        using var leaf = new StreamLeaf(new VerbatimAnswers());
        using var client = new SemanticCachingChatClient(leaf, services.GetRequiredService<HybridCache>(), options);
        var count = new MultiTurnCount();
        foreach (MultiTurnRow row in rows)
        {
            await ConverseAsync(row.Main, row.FollowUp, row, streamed: false).ConfigureAwait(false);
        }

        foreach (MultiTurnRow row in rows)
        {
            foreach (bool streamed in new[] { false, true })
            {
                count.SameAs(await ConverseAsync(row.Main, row.FollowUp, row, streamed).ConfigureAwait(false));
                count.RewordedAs(await ConverseAsync(Reworded(row.Main), Reworded(row.FollowUp), row, streamed).ConfigureAwait(false));
            }
        }

        int done = 0;
        foreach (MultiTurnRow row in rows)
        {
            foreach (MultiTurnRow other in rows.Where(other => TextFolding.Fold(other.FollowUp) != TextFolding.Fold(row.FollowUp)))
            {
                leaf.Class = $"{other.FollowUpAnswer} ({row.Main})";
                count.CrossAs((await AskAsync([new(ChatRole.User, row.Main), new(ChatRole.Assistant, row.Answer), new(ChatRole.User, other.FollowUp)], streamed: done++ % 2 == 1).ConfigureAwait(false)).IsHit);
                output.Progress(what, done, (long)rows.Length * rows.Length);
            }
        }

        return count;

        // Asks both as an application does: the follow-up comes after what was answered. True when both were served, and rightly.
        async Task<bool> ConverseAsync(string main, string followUp, MultiTurnRow row, bool streamed)
        {
            leaf.Class = row.Answer;
            (bool isHit, ChatResponse first) = await AskAsync([new(ChatRole.User, main)], streamed).ConfigureAwait(false);
            List<ChatMessage> history = [new(ChatRole.User, main)];
            history.AddMessages(first);
            leaf.Class = row.FollowUpAnswer;
            (bool isHitToo, ChatResponse second) = await AskAsync([.. history, new(ChatRole.User, followUp)], streamed).ConfigureAwait(false);
            return isHit && isHitToo && first.Text == row.Answer && second.Text == row.FollowUpAnswer;
        }

        async Task<(bool IsHit, ChatResponse Response)> AskAsync(IReadOnlyList<ChatMessage> messages, bool streamed)
        {
            int before = leaf.Calls;
            var settings = new ChatOptions();
            RequestSettings.User.Set(settings, "reader");
            ChatResponse response = streamed
                ? await client.GetStreamingResponseAsync(messages, settings).ToChatResponseAsync().ConfigureAwait(false)
                : await client.GetResponseAsync(messages, settings).ConfigureAwait(false);
            return (leaf.Calls == before, response);
        }
    }

    // The same words in other case and spacing: equal after folding, another request all the same.
    private static string Reworded(string text)
    {
        string reworded = "  " + text.ToUpperInvariant().TrimEnd('?', '.', '!').Replace(" ", "  ", StringComparison.Ordinal);
        return TextFolding.AreEqual(text, reworded) ? reworded : text + " ";
    }

    // Says what it is told to.
    private sealed class VerbatimAnswers : IStreamAnswers
    {
        public string Answer(string row) => row;

        public bool IsAnswerTo(string row, string answer) => row == answer;
    }
}
