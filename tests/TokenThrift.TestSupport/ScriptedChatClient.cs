using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace TokenThrift.TestSupport;

/// <summary>A hand-written provider for tests: answers with what a function returns, remembers what it was sent.</summary>
public sealed class ScriptedChatClient : IChatClient
{
    private readonly Func<ScriptedCall, CancellationToken, Task<ChatResponse>> _answer;
    private readonly Lock _lock = new();
    private readonly List<ScriptedCall> _calls = [];

    public ScriptedChatClient(Func<ScriptedCall, CancellationToken, Task<ChatResponse>> answer) => _answer = answer;

    public ScriptedChatClient(Func<ScriptedCall, ChatResponse> answer)
        : this((call, _) => Task.FromResult(answer(call)))
    {
    }

    public ScriptedChatClient(string text)
        : this(_ => Answer(text))
    {
    }

    public ChatClientMetadata Metadata { get; set; } = new("test", new Uri("http://localhost"), "test-model");

    public bool IsDisposed { get; private set; }

    /// <summary>Gets what has been asked so far, in order.</summary>
    public IReadOnlyList<ScriptedCall> Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>Makes a complete answer with usage.</summary>
    public static ChatResponse Answer(string text, long input = 10, long output = 5, string? model = null) => new(new ChatMessage(ChatRole.Assistant, text))
    {
        FinishReason = ChatFinishReason.Stop,
        ModelId = model,
        Usage = new UsageDetails { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = input + output },
    };

    /// <summary>Makes an answer that asks for a tool.</summary>
    public static ChatResponse ToolCall(string name, IDictionary<string, object?>? arguments = null, string id = "call_1", long input = 10, long output = 5) =>
        new(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent(id, name, arguments)]))
        {
            FinishReason = ChatFinishReason.ToolCalls,
            Usage = new UsageDetails { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = input + output },
        };

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        _answer(Remember(messages, options, streamed: false), cancellationToken);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatResponse response = await _answer(Remember(messages, options, streamed: true), cancellationToken).ConfigureAwait(false);
        foreach (ChatResponseUpdate update in Split(response))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? Metadata
        : serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose() => IsDisposed = true;

    // A provider sends text word by word and usage last.
    private static IEnumerable<ChatResponseUpdate> Split(ChatResponse response)
    {
        foreach (ChatResponseUpdate update in response.ToChatResponseUpdates())
        {
            if (update.Contents is [TextContent text] && text.Text.Contains(' ', StringComparison.Ordinal))
            {
                int at = text.Text.IndexOf(' ', StringComparison.Ordinal);
                ChatResponseUpdate first = update.Clone();
                first.Contents = [new TextContent(text.Text[..at])];
                first.FinishReason = null;
                yield return first;
                ChatResponseUpdate rest = update.Clone();
                rest.Contents = [new TextContent(text.Text[at..])];
                yield return rest;
            }
            else
            {
                yield return update;
            }
        }
    }

    private ScriptedCall Remember(IEnumerable<ChatMessage> messages, ChatOptions? options, bool streamed)
    {
        lock (_lock)
        {
            var call = new ScriptedCall(_calls.Count, [.. messages], options, streamed);
            _calls.Add(call);
            return call;
        }
    }

    /// <summary>One request as it arrived.</summary>
    public sealed record ScriptedCall(int Index, IReadOnlyList<ChatMessage> Messages, ChatOptions? Options, bool Streamed)
    {
        public string LastText => Messages[^1].Text;
    }
}
