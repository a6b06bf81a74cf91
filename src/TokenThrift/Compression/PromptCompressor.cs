using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using TokenThrift.Compression.Originals;
using TokenThrift.Compression.Passes;
using TokenThrift.Compression.Retrieval;
using TokenThrift.Compression.Sessions;
using TokenThrift.Compression.Summaries;
using TokenThrift.Compression.Tools;
using TokenThrift.Models;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Compression;

/// <summary>Rewrites the tool results of a request. The same history gives the same bytes.</summary>
internal sealed class PromptCompressor
{
    private const int LargestMemory = 8192;

    // Near a cap, parts are taken out of new results from a quarter of the usual size on.
    private const int PressedShare = 4;
    private readonly PromptCompressionOptions _options;
    private readonly PassPipeline _lossless;
    private readonly SessionTable _sessions = new();
    private readonly TokenMemory _tokens = new();
    private readonly HeardMemory _heard = new();
    private readonly PassPipeline _lossy;
    private Planned? _planned;
    private readonly ConcurrentDictionary<UInt128, PassPipeline.Rewrite> _memory = new();

    public PromptCompressor(PromptCompressionOptions options, Action<string, Exception> onFault)
    {
        _options = options;
        _lossy = new PassPipeline([.. BuiltInPasses.Lossy(options.SampleArrays), .. options.Passes.Where(pass => !pass.IsLossless)], onFault);
        _lossless = new PassPipeline([.. options.Lossless ? BuiltInPasses.Lossless : [], .. options.Passes.Where(pass => pass.IsLossless)], onFault);
    }

    // Parts are taken out only of what is large, and only where clearly less is left than a lossless form would be.
    private PassPipeline.Rewrite? Fold(CompressionInput input, PassPipeline.Rewrite lossless, ITokenCounter counter)
    {
        if (!_options.Lossy || input.IsVerbatim)
        {
            return null;
        }

        PassPipeline.Rewrite folded = _lossy.Run(input, lossless.OriginalTokens, counter: null);
        if (folded.IsLossless)
        {
            return null;
        }

        // What is left may be a list or a document that can be written in less.
        PassPipeline.Rewrite shortened = _lossless.Run(input with { Text = folded.Text }, folded.Tokens, counter: null);
        folded = folded with { Text = shortened.Text, Tokens = shortened.Tokens, Saved = [.. folded.Saved, .. shortened.Saved] };

        // Tokens are not spread evenly over a text, but not so unevenly that a tenth of it could hold three tenths of them.
        if (folded.Text.Length * 10L > lossless.Text.Length * 9L)
        {
            return null;
        }

        string marked = $"{folded.Text}\n[removed {input.Text.Length - folded.Text.Length} of {input.Text.Length} characters; ref {ContentReference.Of(input.Text)}]";
        int tokens = counter.CountText(marked);
        if (tokens * 10L > lossless.Tokens * 7L)
        {
            return null;
        }

        // What is below the usual size must by itself save more than the tool costs that gives it back.
        return lossless.Tokens < _options.LossyMinimumTokens && lossless.Tokens - tokens <= counter.CountOptions(RetrieveTool.AddTo(null))
            ? null
            : folded.Measured(marked, tokens);
    }

    /// <summary>Says whether all calls of a history before this one are remembered here.</summary>
    public bool Knows(HistoryChain history) => _sessions.Find(history) is { } known && CallsSince(known, history.Messages).Count == 0;

    public CompressionPlan Plan(IReadOnlyList<ChatMessage> messages, ChatOptions? options, ITokenCounter counter, ModelInfo? model, in PlanTerms terms)
    {
        bool isPressed = RequestContext.Find(options)?.Get<SpendPressure>() is { IsHigh: true };
        options = _options.MinifyTools ? ToolMinifier.Apply(options) : options;
        var rewriter = new SessionRewriter(
            counter,
            input => Rewrite(input, counter),
            (input, lossless) => Fold(input, lossless, counter))
        {
            SmallestFolded = isPressed ? _options.LossyMinimumTokens / PressedShare : _options.LossyMinimumTokens,
            Memory = _tokens,
            HeardBefore = _heard,
            Links = _options.Lossless,
        };
        HistoryChain history = terms.History ?? HistoryChain.Of(messages);
        Conversation? before = _sessions.Find(history);
        UInt128 tools = ToolsHash.Of(options);
        // What a router asks a price for is what it then calls with; a plan serves one call, because the answer changes it.
        if (!terms.IsKeeping && terms.Summary is null && Volatile.Read(ref _planned) is { } planned && planned.Plan.Conversation.Key == history.Keys[^1] && ReferenceEquals(planned.Before, before)
            && planned.Tools == tools && (terms.IsQuote || ReferenceEquals(Interlocked.CompareExchange(ref _planned, null, planned), planned)))
        {
            return planned.Plan with { Options = planned.Plan.Conversation.HasHandles ? RetrieveTool.AddTo(options) : options };
        }

        Conversation conversation = before?.Copy() ?? new Conversation { ToolTokens = counter.CountOptions(RetrieveTool.AddTo(null)) };
        int known = conversation.Items.Count;
        PriceRatios? prices = _options.Epochs && !RetrieveTool.IsTaken(options) ? PriceRatios.Of(model, 0) : null;
        Dictionary<int, IReadOnlyList<ChatMessage>> restored = conversation.TakeExchanges(messages);
        Dictionary<int, EpochEntry>? log = terms.Log?.Entries.GroupBy(entry => entry.Messages).ToDictionary(entries => entries.Key, entries => entries.Last());
        List<int> missing = CallsSince(before, messages);
        string modelId = model?.Id ?? string.Empty;
        CalledModels? called = terms.Called;
        bool wentElsewhere = missing.Count > 0 && (before is null ? missing.TakeLast(1) : missing).All(count => called?.WentElsewhere(history.Keys[count - 1], modelId) == true);
        Conversation? opening = null;
        for (int i = conversation.Count; i < messages.Count; i++)
        {
            opening = before is null && i == messages.Count - 1 && conversation.Items.Count > 0 ? conversation.Copy() : null;
            if (messages[i].Role == ChatRole.Assistant && i > 0 && messages[i - 1].Role != ChatRole.Assistant)
            {
                conversation.Call(rewriter, new CallTerms { Prices = prices, IsLogged = log is not null || wentElsewhere, Entry = log?.GetValueOrDefault(i) });
                known = conversation.Items.Count;
                if (terms.Log?.Exchanges.GetValueOrDefault(i) is { } exchanges && missing.Contains(i))
                {
                    conversation.Exchange(exchanges);
                    foreach (HiddenExchange exchange in exchanges.Where(exchange => !exchange.HasOtherCalls))
                    {
                        conversation.Retrieved(counter.Count([.. exchange.Full, exchange.Results], null));
                    }

                    foreach ((int at, IReadOnlyList<ChatMessage> slot) in conversation.TakeExchanges(messages))
                    {
                        restored[at] = slot;
                    }
                }
            }

            conversation.Add(messages[i], history.Hashes[i], rewriter, restored.GetValueOrDefault(i));
        }

        bool isRefolded = before is null && log is null && conversation.HasHandles;
        EpochEntry? logged = log?.GetValueOrDefault(messages.Count);
        long? limit = InputLimit.Of(model, options, counter);
        SummaryRequest? summary = _options.MaximumSummaryTokens == 0 || isPressed || terms.Summary is not null || !conversation.IsOver(limit) ? null
            : SummaryRequest.For(conversation.LastPrompt, conversation.HasHandles ? RetrieveTool.AddTo(options) : options, _options.MaximumSummaryTokens, counter, model);
        conversation.Call(rewriter, new CallTerms
        {
            Prices = prices,
            Limit = limit,
            Summary = terms.Summary,
            // What another process was answered is not known here, and its call may have warmed the cache.
            Cold = conversation.Last is { } last ? (missing.Count == 0 || wentElsewhere ? ColdOf(last, tools, terms.Now, model) : null)
                : wentElsewhere && !(log?.Count > 0) ? EpochReason.Switched : null,
            IsLogged = terms.IsKeeping || logged is not null,
            Entry = logged,
        });
        var byPass = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach ((string pass, long tokens) in conversation.Items.Skip(known).SelectMany(item => item.Saved))
        {
            byPass[pass] = byPass.GetValueOrDefault(pass) + tokens;
        }

        conversation.Last = new LastCall(terms.Now, tools, Missed: false);
        string? epoch = conversation.Decided is { Reason: not EpochReason.New, IsIdle: false } decided ? decided.Reason : isRefolded ? EpochReason.Unlogged : null;
        var plan = new CompressionPlan(conversation.Sent, conversation.HasHandles ? RetrieveTool.AddTo(options) : options, byPass, conversation, epoch)
        {
            Prices = prices,
            Summary = logged is null && conversation.Decided?.Dropped.Count > 0 ? summary : null,
            Opening = opening,
            TokensBefore = conversation.CountBefore(messages, counter),
            TokensAfter = conversation.CountAfter(counter),
            NewEntries = [.. conversation.Log.Skip(before?.Log.Count ?? 0).Where(entry => log?.ContainsKey(entry.Messages) != true)],
        };
        if (terms.IsQuote)
        {
            _planned = new Planned(before, plan, tools);
        }

        return plan;
    }

    public void Commit(CompressionPlan plan)
    {
        _sessions.Keep(plan.Conversation);
        if (plan.Opening is { } opening)
        {
            _sessions.KeepNew(opening);
        }
    }

    // Without those that are remembered.
    private static List<int> CallsSince(Conversation? known, IReadOnlyList<ChatMessage> messages) =>
        [.. HistoryChain.CallsIn(messages, known?.Count ?? 1).Where(call => call != known?.CalledAt)];

    // Moments at which the provider's prompt cache is lost whatever is sent, so that a break costs nothing.
    private static string? ColdOf(LastCall last, UInt128 tools, DateTimeOffset now, ModelInfo? model) =>
        last.Tools != tools ? EpochReason.Tools
        : last.Missed ? EpochReason.Missed
        : model is not null && now - last.At > model.PromptCache.TimeToLive ? EpochReason.Cold
        : null;

    private PassPipeline.Rewrite Rewrite(CompressionInput input, ITokenCounter counter)
    {
        // The built-in lossless passes look at the text alone; the application's own may look at everything.
        string context = _options.Passes.Count == 0 ? string.Empty : $"|{input.ToolName}|{input.Arguments}|{input.Query}";
        UInt128 key = MessageHash.Chain(MessageHash.Of(input.Text), MessageHash.Of($"{counter.Name}|{input.IsVerbatim}{context}"));
        if (_memory.TryGetValue(key, out PassPipeline.Rewrite? known))
        {
            return known;
        }

        int tokens = counter.CountText(input.Text);
        PassPipeline.Rewrite rewrite = tokens < _options.MinimumTokens
            ? new PassPipeline.Rewrite(input.Text, tokens, tokens, [], IsLossless: true)
            : _lossless.Run(input, tokens, counter);
        if (_memory.Count >= LargestMemory)
        {
            // Only a memory of pure functions: forgetting costs time, never bytes.
            _memory.Clear();
        }

        _memory[key] = rewrite;
        return rewrite;
    }

    private sealed record Planned(Conversation? Before, CompressionPlan Plan, UInt128 Tools);
}
