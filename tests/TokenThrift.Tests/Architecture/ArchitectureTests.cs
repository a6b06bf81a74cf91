namespace TokenThrift.Tests.Architecture;

public class ArchitectureTests
{
    private const string Lower = "namespace TokenThrift.Tokens; public sealed class Counter { public int Count; }";

    private static readonly (string Path, string Source)[] Sources = [.. SourceFiles()];

    [Fact]
    public void No_room_uses_a_higher_floor_or_a_sibling_capability()
    {
        Assert.True(Sources.Length > 50, "The sources of the product were not found.");
        Assert.Empty(RoomChecker.Violations(Sources));
    }

    [Theory]
    [InlineData("Models/Bad.cs", "namespace TokenThrift.Models; internal sealed class Bad { private readonly TokenThrift.Tokens.Counter _c = new(); }", "Models uses Tokens (Counter)")]
    [InlineData("Models/Bad.cs", "using TokenThrift.Tokens; namespace TokenThrift.Models; internal sealed class Bad;", "Models uses Tokens (TokenThrift.Tokens)")]
    [InlineData("Caching/Bad.cs", "namespace TokenThrift.Caching; internal sealed class Bad : TokenThrift.Budgets.Ledger;", "Caching uses Budgets (Ledger)")]
    [InlineData("Caching/Bad.cs", "using L = TokenThrift.Budgets.Ledger; namespace TokenThrift.Caching; internal sealed class Bad { L? l; }", "Caching uses Budgets")]
    [InlineData("Routing/Bad.cs", "using Microsoft.Extensions.AI; namespace TokenThrift.Routing; internal static class Bad { static void F(object o) => o.UseBudgets(); }", "Routing uses Budgets (UseBudgets)")]
    [InlineData("Tokens/Bad.cs", "namespace TokenThrift.Tokens; internal static class Bad { static object F() => typeof(TokenThrift.Composition); }", "Tokens uses (root) (Composition)")]
    [InlineData("Budgets/Deep/Bad.cs", "namespace TokenThrift.Budgets.Deep; internal static class Bad { static void F(TokenThrift.Compression.Pass p) { } }", "Budgets uses Compression (Pass)")]
    [InlineData("Extras/Bad.cs", "namespace TokenThrift.Extras; internal sealed class Bad;", "the folder 'Extras' is no room of the plan")]
    public void A_planted_violation_is_found(string path, string source, string expected)
    {
        Assert.Empty(RoomChecker.Violations(Planted()));
        Assert.Contains(RoomChecker.Violations([.. Planted(), (path, source)]), v => v.Contains(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Receipts/Good.cs", "using TokenThrift.Tokens; namespace TokenThrift.Receipts; internal sealed class Good { private readonly Counter _c = new(); }")]
    [InlineData("Good.cs", "using TokenThrift.Budgets; namespace TokenThrift; internal sealed class Good : Ledger;")]
    [InlineData("Models/Good.cs", "namespace TokenThrift.Models; internal sealed class Good { private sealed class Counter; private readonly Counter _c = new(); }")]
    public void A_downward_use_and_a_namesake_are_let_through(string path, string source) =>
        Assert.Empty(RoomChecker.Violations([.. Planted(), (path, source)]));

    private static (string Path, string Source)[] Planted() =>
    [
        ("Tokens/Counter.cs", Lower),
        ("Budgets/Ledger.cs", "namespace TokenThrift.Budgets; public class Ledger { private readonly TokenThrift.Tokens.Counter _c = new(); }"),
        ("Budgets/Verbs.cs", "namespace Microsoft.Extensions.AI; public static class Verbs { public static void UseBudgets(this object o) { } }"),
        ("Compression/Pass.cs", "namespace TokenThrift.Compression; public sealed class Pass;"),
        ("Composition.cs", "namespace TokenThrift; public sealed class Composition { private readonly TokenThrift.Budgets.Ledger _l = new(); }"),
    ];

    private static IEnumerable<(string Path, string Source)> SourceFiles()
    {
        DirectoryInfo? top = new(AppContext.BaseDirectory);
        while (top is not null && !File.Exists(Path.Combine(top.FullName, "TokenThrift.sln")))
        {
            top = top.Parent;
        }

        string room = Path.Combine(top?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository."), "src", "TokenThrift");
        return Directory.EnumerateFiles(room, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path: Path.GetRelativePath(room, file).Replace('\\', '/'), File: file))
            .Where(f => !f.Path.StartsWith("obj/", StringComparison.Ordinal) && !f.Path.StartsWith("bin/", StringComparison.Ordinal))
            .Select(f => (f.Path, File.ReadAllText(f.File)));
    }
}
