#pragma warning disable MEAI001, MAAI001 // The peers are marked experimental by their makers.
using Microsoft.Agents.AI.Compaction;
using Microsoft.Extensions.AI;

namespace TokenThrift.Evaluation.Compression;

/// <summary>The policies that are compared, by the names of the contract.</summary>
internal static class ReplayPolicies
{
    private const int Trigger = 80_000;
    private const int Low = 40_000;

    // The peers count messages; about as many as the other policies leave of a long session.
    private const int KeptMessages = 40;

    public static IReadOnlyList<string> Names { get; } =
    [
        "none", "maskKeep3", "triggerTarget80k", "hysteresis80k40k", "meaiCounting", "skTruncation", "mafToolResult", "mafSlidingWindow", "tokenthrift",
    ];

    /// <summary>Returns what a policy does, in a few words.</summary>
    public static string Title(string name) => name switch
    {
        "none" => "no compression",
        "maskKeep3" => "mask all but 3 results, every turn",
        "triggerTarget80k" => "mask above 80k down to 80k",
        "hysteresis80k40k" => "mask above 80k down to 40k",
        "meaiCounting" => "Microsoft.Extensions.AI, 40 messages",
        "skTruncation" => "Semantic Kernel, truncate to 40 messages",
        "mafToolResult" => "Agent Framework, tool results above 80k",
        "mafSlidingWindow" => "Agent Framework, window above 80k",
        "tokenthrift" => "TokenThrift",
        _ => name,
    };

    public static IReplayPolicy Make(string name, decimal read, decimal write) => name switch
    {
        "none" => new UnchangedPolicy(),
        "maskKeep3" => new MaskPolicy(keep: 3),
        "triggerTarget80k" => new ThresholdPolicy(Trigger, Trigger),
        "hysteresis80k40k" => new ThresholdPolicy(Trigger, Low),
        "meaiCounting" => new ReducerPolicy(new MessageCountingChatReducer(KeptMessages)),
        "skTruncation" => new ReducerPolicy(new SemanticKernelReducer(KeptMessages, KeptMessages / 2)),
        "mafToolResult" => new ReducerPolicy(new ToolResultCompactionStrategy(CompactionTriggers.TokensExceed(Trigger)).AsChatReducer()),
        "mafSlidingWindow" => new ReducerPolicy(new SlidingWindowCompactionStrategy(CompactionTriggers.TokensExceed(Trigger)).AsChatReducer()),
        "tokenthrift" => new ThriftPolicy(read, write),
        _ => throw new EvaluationException($"there is no policy '{name}'."),
    };
}
