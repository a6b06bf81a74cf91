using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using TokenThrift.Compression.Passes;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Compression;

/// <summary>Rewrites the tool results of a request. The same history gives the same bytes.</summary>
internal sealed class PromptCompressor
{
    private const int LargestMemory = 8192;
    private readonly PromptCompressionOptions _options;
    private readonly PassPipeline _lossless;
    private readonly ConcurrentDictionary<UInt128, PassPipeline.Rewrite> _memory = new();

    public PromptCompressor(PromptCompressionOptions options, Action<string, Exception> onFault)
    {
        _options = options;
        _lossless = new PassPipeline([new TerminalPass(), new JsonPass(), .. options.Passes.Where(pass => pass.IsLossless)], onFault);
    }

    public CompressionPlan Plan(IReadOnlyList<ChatMessage> messages, ITokenCounter counter)
    {
        var byPass = new Dictionary<string, long>(StringComparer.Ordinal);
        var calls = new Dictionary<string, FunctionCallContent>(StringComparer.Ordinal);
        int newFrom = messages.Count;
        while (newFrom > 0 && messages[newFrom - 1].Role != ChatRole.Assistant)
        {
            newFrom--;
        }

        var sent = new ChatMessage[messages.Count];
        for (int i = 0; i < sent.Length; i++)
        {
            foreach (FunctionCallContent call in messages[i].Contents.OfType<FunctionCallContent>())
            {
                calls[call.CallId] = call;
            }

            sent[i] = Rewrite(messages[i], calls, counter, i >= newFrom ? byPass : null);
        }

        return new CompressionPlan(sent, byPass);
    }

    private ChatMessage Rewrite(ChatMessage message, Dictionary<string, FunctionCallContent> calls, ITokenCounter counter, Dictionary<string, long>? byPass)
    {
        List<AIContent>? contents = null;
        for (int i = 0; i < message.Contents.Count; i++)
        {
            if (message.Contents[i] is not FunctionResultContent { Exception: null } result || ToolResultText.Of(result.Result) is not { } text)
            {
                continue;
            }

            calls.TryGetValue(result.CallId, out FunctionCallContent? call);
            PassPipeline.Rewrite rewrite = Rewrite(text, call, counter);
            if (rewrite.Saved.Count == 0)
            {
                continue;
            }

            contents ??= [.. message.Contents];
            contents[i] = ToolResultText.With(result, rewrite.Text);
            foreach ((string pass, long tokens) in byPass is null ? [] : rewrite.Saved)
            {
                byPass![pass] = byPass.GetValueOrDefault(pass) + tokens;
            }
        }

        return contents is null ? message : ToolResultText.With(message, contents);
    }

    private PassPipeline.Rewrite Rewrite(string text, FunctionCallContent? call, ITokenCounter counter)
    {
        bool isVerbatim = FileContent.IsNamedBy(call?.Arguments);
        UInt128 key = MessageHash.Chain(MessageHash.Of(text), MessageHash.Of($"{counter.Name}|{isVerbatim}|{call?.Name}"));
        if (_memory.TryGetValue(key, out PassPipeline.Rewrite? known))
        {
            return known;
        }

        int tokens = counter.CountText(text);
        PassPipeline.Rewrite rewrite = tokens < _options.MinimumTokens
            ? new PassPipeline.Rewrite(text, tokens, [], IsLossless: true)
            : _lossless.Run(new CompressionInput(text) { ToolName = call?.Name, IsVerbatim = isVerbatim }, tokens, counter);
        if (_memory.Count >= LargestMemory)
        {
            // Only a memory of pure functions: forgetting costs time, never bytes.
            _memory.Clear();
        }

        _memory[key] = rewrite;
        return rewrite;
    }
}
