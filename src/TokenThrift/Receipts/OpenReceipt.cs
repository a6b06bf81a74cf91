using System.Text;
using TokenThrift.Models;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Receipts;

/// <summary>A request under way, until its receipt is written.</summary>
/// <param name="context">The request.</param>
/// <param name="prompt">What the application sent.</param>
/// <param name="reference">The model to measure against, or <see langword="null"/>.</param>
/// <param name="options">How receipts are made.</param>
internal sealed class OpenReceipt(RequestContext context, SentPrompt prompt, ModelInfo? reference, ReceiptOptions options)
{
    private readonly StringBuilder _answer = new();
    private DateTimeOffset _startedAt;
    private long _started;

    public RequestContext Context => context;

    public bool IsOpen { get; private set; } = true;

    /// <summary>Gets or sets the exception that ended the request.</summary>
    public Exception? Error { get; set; }

    /// <summary>Gets or sets a value indicating whether the answer, or a part of it, was handed out.</summary>
    public bool HasAnswered { get; set; }

    /// <summary>Keeps a part of the answer, where receipts hold content.</summary>
    public void See(string text)
    {
        if (options.IncludeContent)
        {
            _answer.Append(text);
        }
    }

    /// <summary>Starts the clock.</summary>
    public void Begin(TimeProvider time)
    {
        _startedAt = time.GetUtcNow();
        _started = time.GetTimestamp();
    }

    /// <summary>Writes the receipt. The recorder is emptied, so that a context that is used again starts afresh.</summary>
    public ThriftReceipt Close(SavingsWorlds worlds, TokenCounters counters, ModelCatalog catalog, TimeProvider time)
    {
        IsOpen = false;
        RecordedFacts facts = ReceiptRecorder.Of(context).Take();
        ModelInfo? measured = reference ?? catalog.Find(facts.Routing?.RequestedModelId) ?? (!facts.Calls.Any(call => call.CanAnswer) ? catalog.Find(facts.Cache?.ModelId) : null);
        SavingsAmounts? amounts = new SavingsCalculator(counters, worlds)
            .Calculate(prompt, facts.Calls, facts.Cache, measured, HasAnswered && Error is null, _startedAt);
        return new ThriftReceipt
        {
            Id = Guid.CreateVersion7(_startedAt).ToString("N"),
            StartedAt = _startedAt,
            Duration = time.GetElapsedTime(_started),
            Identity = context.Identity,
            Tasks = context.Task is { } task ? [.. task.Chain().Select(node => node.Id)] : context.Identity.Task is { } id ? [id] : [],
            Cap = context.Task?.Chain().Select(node => node.Get<TaskCap>()).FirstOrDefault(cap => cap is not null),
            Calls = [.. facts.Calls.Select(call => call with { Sent = null })],
            Cache = facts.Cache,
            Compressions = facts.Compressions,
            Routing = facts.Routing,
            ReferenceModelId = (measured ?? facts.Calls.LastOrDefault(call => call is { Outcome: CallOutcome.Served, CanAnswer: true })?.Model)?.Id,
            Baseline = amounts?.AsSent,
            Spent = amounts?.Spent,
            Savings = amounts?.ByLever,
            PriceVersion = catalog.Version,
            Content = options.IncludeContent ? ReceiptContent.Of(prompt.Messages, _answer.ToString()) : null,
            Error = Error?.GetType().Name,
        };
    }
}
