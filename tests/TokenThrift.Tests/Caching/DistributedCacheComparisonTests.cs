using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using TokenThrift.Caching;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Caching;

/// <summary>What the framework's own caching client does in eight cases, and what ours does. A version of it that does better fails here, and the docs change.</summary>
public sealed class DistributedCacheComparisonTests
{
    private static readonly AITool Read = AIFunctionFactory.CreateDeclaration("read_account", "Reads.", AIFunctionFactory.Create((string id) => id).JsonSchema);
    private static readonly AITool Delete = AIFunctionFactory.CreateDeclaration("delete_account", "Deletes.", AIFunctionFactory.Create((string id) => id).JsonSchema);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Same_message_with_another_tool_list_misses(bool streamed) => CompareAsync(
        streamed, new() { Tools = [Read] }, new() { Tools = [Delete] }, theirs: 1, ours: 2);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Request_without_tools_after_one_with_tools_misses(bool streamed) => CompareAsync(
        streamed, new() { Tools = [Read] }, new(), theirs: 1, ours: 2);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task No_options_and_empty_options_are_one_entry(bool streamed) => CompareAsync(
        streamed, null, new(), theirs: 2, ours: 1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fifty_identical_misses_at_once_make_one_call(bool streamed)
    {
        Assert.Equal(50, await CallsAsync(Theirs));
        Assert.Equal(1, await CallsAsync(Ours));

        async Task<int> CallsAsync(Func<IChatClient, Bench> make)
        {
            var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var provider = new ScriptedChatClient(async (_, ct) =>
            {
                await gate.Task.WaitAsync(ct);
                return ScriptedChatClient.Answer("an answer");
            });
            using Bench bench = make(provider);
            Task<ChatResponse>[] asked = [.. Enumerable.Range(0, 50).Select(_ => bench.Client.AskAsync(streamed, "q"))];
            gate.SetResult();
            Assert.All(await Task.WhenAll(asked), response => Assert.Equal("an answer", response.Text));
            return provider.Calls.Count;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answer_that_was_cut_at_its_length_is_not_kept(bool streamed)
    {
        Assert.Equal(1, await CallsAsync(Theirs));
        Assert.Equal(2, await CallsAsync(Ours));

        async Task<int> CallsAsync(Func<IChatClient, Bench> make)
        {
            var provider = new ScriptedChatClient(_ =>
            {
                ChatResponse cut = ScriptedChatClient.Answer("half an");
                cut.FinishReason = ChatFinishReason.Length;
                return cut;
            });
            using Bench bench = make(provider);
            await bench.Client.AskAsync(streamed, "q");
            await bench.Client.AskAsync(streamed, "q");
            return provider.Calls.Count;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hit_reports_nothing_spent_and_what_it_saved(bool streamed)
    {
        Assert.Equal(15, (await HitAsync(Theirs)).Usage?.TotalTokenCount);
        ChatResponse hit = await HitAsync(Ours);
        Assert.Equal(0, hit.Usage?.TotalTokenCount ?? 0);
        Assert.Equal(new TokenUsage(10, 5), CacheHit.Find(hit)!.SavedUsage);

        async Task<ChatResponse> HitAsync(Func<IChatClient, Bench> make)
        {
            using Bench bench = make(new ScriptedChatClient("an answer"));
            await bench.Client.AskAsync(streamed, "q");
            return await bench.Client.AskAsync(streamed, "q");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_is_answered_from_a_plain_answer_and_the_other_way_round(bool first)
    {
        Assert.Equal(2, await CallsAsync(Theirs));
        Assert.Equal(1, await CallsAsync(Ours));

        async Task<int> CallsAsync(Func<IChatClient, Bench> make)
        {
            var provider = new ScriptedChatClient("an answer");
            using Bench bench = make(provider);
            await bench.Client.AskAsync(first, "q");
            Assert.Equal("an answer", (await bench.Client.AskAsync(!first, "q")).Text);
            return provider.Calls.Count;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Paraphrase_hits_once_the_traffic_has_shown_that_it_is_right(bool streamed)
    {
        string[] wordings =
        [
            "How do I _?", "How can I _?", "What is the way to _?", "Please tell me how to _.", "I want to _, how?", "Could you explain how I can _?",
            "Is there a way to _?", "_ - how does that work?", "Help me _ please", "steps to _", "I need to _", "Guide me: _",
        ];
        string[] subjects =
        [
            .. from verb in new[] { "renew", "cancel", "transfer", "print", "verify", "archive", "export", "translate", "insure", "repair" }
               from thing in new[] { "passport", "lease", "domain", "invoice", "bicycle", "prescription", "scholarship", "membership", "telescope", "garden", "violin", "warranty", "visa", "ticket", "mortgage", "podcast", "recipe", "fountain", "parcel", "glossary" }
               select $"{verb} a {thing}",
        ];
        (string Question, string Answer)[] traffic = [.. wordings.SelectMany(_ => subjects.Select((subject, page) => (_.Replace("_", subject, StringComparison.Ordinal), $"See page {page}.")))];
        new Random(1).Shuffle(traffic);
        Dictionary<string, string> answers = traffic.ToDictionary(row => row.Question, row => row.Answer);

        // No question comes twice, so whatever is served is served on likeness.
        Assert.Equal((0, 0), await LastAsync(Theirs));
        (int hits, int wrong) = await LastAsync(Ours);
        Assert.InRange(hits, 60, 300);
        Assert.InRange(wrong, 0, 6);

        async Task<(int Hits, int Wrong)> LastAsync(Func<IChatClient, Bench> make)
        {
            int calls = 0;
            (int Hits, int Wrong) last = (0, 0);
            using Bench bench = make(new ScriptedChatClient(call =>
            {
                calls++;
                return ScriptedChatClient.Answer(answers[call.LastText]);
            }));
            for (int i = 0; i < traffic.Length; i++)
            {
                int before = calls;
                ChatResponse response = await bench.Client.AskAsync(streamed, traffic[i].Question, CacheBench.For(user: "reader"));
                if (calls == before && i >= traffic.Length - 300)
                {
                    last = (last.Hits + 1, last.Wrong + (response.Text == traffic[i].Answer ? 0 : 1));
                }
            }

            return last;
        }
    }

    private static async Task CompareAsync(bool streamed, ChatOptions? first, ChatOptions? second, int theirs, int ours)
    {
        Assert.Equal(theirs, await CallsAsync(Theirs));
        Assert.Equal(ours, await CallsAsync(Ours));

        async Task<int> CallsAsync(Func<IChatClient, Bench> make)
        {
            var provider = new ScriptedChatClient("an answer");
            using Bench bench = make(provider);
            await bench.Client.AskAsync(streamed, "q", first?.Clone());
            await bench.Client.AskAsync(streamed, "q", second?.Clone());
            return provider.Calls.Count;
        }
    }

    private static Bench Theirs(IChatClient provider) => new(
        provider.AsBuilder().UseDistributedCache(new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions()))).Build());

    private static Bench Ours(IChatClient provider)
    {
        var bench = new CacheBench((ScriptedChatClient)provider, o => o.AuditRandom = new Random(1));
        return new Bench(bench.Client, bench);
    }

    private sealed record Bench(IChatClient Client, IDisposable? Owner = null) : IDisposable
    {
        public void Dispose()
        {
            Client.Dispose();
            Owner?.Dispose();
        }
    }
}
