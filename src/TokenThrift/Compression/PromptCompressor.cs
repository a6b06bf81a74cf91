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

    /// <summary>Says whether something may have been taken out of a history that is not remembered here: out of its results, or because it did not fit.</summary>
    public bool NeedsLog(HistoryChain history, ChatOptions? options, ITokenCounter counter, ModelInfo? model) =>
        !Knows(history) && (history.Messages.Any(message => message.Role == ChatRole.Tool) || InputLimit.MayBeReached(history.Messages, model, options, counter));

    /// <summary>Says whether all calls of a history before this one are remembered here.</summary>
    public bool Knows(HistoryChain history) => _sessions.Find(history) is { } known && HistoryReplay.CallsSince(known, history.Messages).Count == 0;

    public CompressionPlan Plan(IReadOnlyList<ChatMessage> messages, ChatOptions? options, ITokenCounter counter, ModelInfo? model, in PlanTerms terms)
    {
        options = _options.MinifyTools ? ToolMinifier.Apply(options) : options;
        HistoryChain history = terms.History ?? HistoryChain.Of(messages);
        Conversation? before = _sessions.Find(history);
        UInt128 tools = ToolsHash.Of(options);
        if (TakePlanned(history, before, tools, terms) is { } planned)
        {
            return planned with { Options = WithTool(options, planned.Conversation) };
        }

        bool isPressed = RequestContext.Find(options)?.Get<SpendPressure>() is { IsHigh: true };
        SessionRewriter rewriter = RewriterFor(counter);
        PriceRatios? prices = _options.Epochs && !RetrieveTool.IsTaken(options) ? PriceRatios.Of(model, 0) : null;
        var replay = new HistoryReplay(
            history, before, () => new Conversation { ToolTokens = counter.CountOptions(RetrieveTool.AddTo(null)) }, terms.Log, terms.Called, model?.Id ?? string.Empty);
        replay.Read(rewriter, prices);

        Conversation conversation = replay.Conversation;
        double overrun = conversation.Last?.Overrun ?? 1;
        long? limit = InputLimit.Of(model, options, counter, overrun);
        SummaryRequest? summary = isPressed || terms.Summary is not null || !conversation.IsOver(limit)
            ? null : SummaryRequest.For(conversation.LastPrompt, WithTool(options, conversation), _options.MaximumSummaryTokens, counter, model, overrun);
        conversation.Call(rewriter, new CallTerms
        {
            Prices = prices,
            Limit = limit,
            Summary = terms.Summary,
            IsPressed = isPressed,
            Cold = ColdOf(replay, tools, terms.Now, model),
            IsLogged = replay.Logged is not null,
            IsKeeping = terms.IsKeeping,
            Entry = replay.Logged,
        });
        var byPass = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach ((string pass, long tokens) in conversation.Items.Skip(replay.NewFrom).SelectMany(item => item.Saved))
        {
            byPass[pass] = byPass.GetValueOrDefault(pass) + tokens;
        }

        conversation.Last = new LastCall(terms.Now, tools, Missed: false);
        string? epoch = conversation.Decided is { Reason: not EpochReason.New, IsIdle: false } decided ? decided.Reason : replay.IsRefolded ? EpochReason.Unlogged : null;
        var plan = new CompressionPlan(conversation.Sent, WithTool(options, conversation), byPass, conversation, epoch)
        {
            Prices = prices,
            Summary = replay.Logged is null && conversation.Decided?.Dropped.Count > 0 ? summary : null,
            Opening = replay.Opening,
            TokensBefore = conversation.CountBefore(messages, counter),
            TokensAfter = conversation.CountAfter(counter),
            NewEntries = replay.NewEntries,
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

    // What a router asks a price for is what it then calls with; a plan serves one call, because the answer changes it.
    private CompressionPlan? TakePlanned(HistoryChain history, Conversation? before, UInt128 tools, in PlanTerms terms) =>
        !terms.IsKeeping && terms.Summary is null && Volatile.Read(ref _planned) is { } planned
        && planned.Plan.Conversation.Key == history.Keys[^1] && ReferenceEquals(planned.Before, before) && planned.Tools == tools
        && (terms.IsQuote || ReferenceEquals(Interlocked.CompareExchange(ref _planned, null, planned), planned))
        ? planned.Plan : null;

    private static ChatOptions? WithTool(ChatOptions? options, Conversation conversation) => conversation.HasHandles ? RetrieveTool.AddTo(options) : options;

    private SessionRewriter RewriterFor(ITokenCounter counter) => new(counter, input => Rewrite(input, counter), (input, lossless) => Fold(input, lossless, counter))
    {
        SmallestFolded = _options.LossyMinimumTokens,
        Memory = _tokens,
        HeardBefore = _heard,
        IsLossless = _options.Lossless,
    };

    // Moments at which the provider's prompt cache is lost whatever is sent, so that a break costs nothing.
    // What another process was answered is not known here, and its call may have warmed the cache.
    private static string? ColdOf(HistoryReplay replay, UInt128 tools, DateTimeOffset now, ModelInfo? model) =>
        replay.Conversation.Last is not { } last ? (replay.WentElsewhere && !replay.HasEntries ? EpochReason.Switched : null)
        : !replay.IsComplete && !replay.WentElsewhere ? null
        : last.Tools != tools ? EpochReason.Tools
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
