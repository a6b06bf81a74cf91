namespace TokenThrift.Evaluation.Compression;

/// <summary>The policies that are compared, by the names of the contract.</summary>
internal static class ReplayPolicies
{
    public static IReadOnlyList<string> Names { get; } =
        ["none", "maskKeep3", "tokenthrift"];

    public static IReplayPolicy Make(string name, decimal read, decimal write) => name switch
    {
        "none" => new UnchangedPolicy(),
        "maskKeep3" => new MaskPolicy(keep: 3),
        "tokenthrift" => new ThriftPolicy(read, write),
        _ => throw new EvaluationException($"there is no policy '{name}'."),
    };
}
