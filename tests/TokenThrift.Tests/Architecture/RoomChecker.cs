using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TokenThrift.Tests.Architecture;

/// <summary>Finds code in a room (a folder of <c>src/TokenThrift</c>) that uses a higher floor or a sibling capability.</summary>
/// <remarks>
/// By symbols, not by text: a type belongs to the room whose folder holds its file, whatever its namespace, so that builder
/// extensions in <c>Microsoft.Extensions.AI</c> are seen too.
/// </remarks>
internal static class RoomChecker
{
    private const string Root = "(root)";

    // From the ground up; rooms in one entry are siblings that must not know one another.
    private static readonly string[][] Floors =
    [
        ["Text"], ["Models"], ["Requests"], ["Lessons"], ["Tokens"], ["Receipts"], ["Caching", "Compression", "Budgets", "Routing"], [Root],
    ];

    /// <summary>Returns one line for each forbidden use.</summary>
    /// <param name="files">Paths relative to <c>src/TokenThrift</c>, and the sources.</param>
    public static IReadOnlyList<string> Violations(IReadOnlyCollection<(string Path, string Source)> files)
    {
        SyntaxTree[] trees = [.. files.Select(f => CSharpSyntaxTree.ParseText(f.Source, new CSharpParseOptions(LanguageVersion.Latest), f.Path))];
        CSharpCompilation compilation = CSharpCompilation.Create("Rooms", trees.Append(GlobalUsings()), References(), new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        ILookup<string, string> roomsByName = Declared(trees);

        var violations = new List<string>();
        foreach (SyntaxTree tree in trees)
        {
            string room = RoomOf(tree.FilePath);
            if (FloorOf(room) < 0)
            {
                violations.Add($"{tree.FilePath}: the folder '{room}' is no room of the plan.");
                continue;
            }

            SemanticModel? model = null;
            foreach (SyntaxNode node in tree.GetRoot().DescendantNodes())
            {
                if (node is UsingDirectiveSyntax { Name: { } name } && RoomOfNamespace(name.ToString()) is { } imported && IsForbidden(room, imported))
                {
                    violations.Add(Line(tree, node, room, imported, name.ToString()));
                }
                else if (node is SimpleNameSyntax simple && roomsByName[simple.Identifier.ValueText].Any(r => IsForbidden(room, r)))
                {
                    model ??= compilation.GetSemanticModel(tree);
                    if (RoomOf(model, simple) is { } used && IsForbidden(room, used))
                    {
                        violations.Add(Line(tree, node, room, used, simple.Identifier.ValueText));
                    }
                }
            }
        }

        return [.. violations.Distinct()];
    }

    private static string? RoomOf(SemanticModel model, SimpleNameSyntax name)
    {
        SymbolInfo info = model.GetSymbolInfo(name);
        ISymbol? symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
        symbol = symbol is IMethodSymbol { ReducedFrom: { } extension } ? extension : symbol;
        symbol = symbol switch
        {
            INamedTypeSymbol type => type,
            IMethodSymbol method => method.ContainingType,
            _ => null,
        };
        return symbol?.DeclaringSyntaxReferences.FirstOrDefault() is { } declared ? RoomOf(declared.SyntaxTree.FilePath) : null;
    }

    private static ILookup<string, string> Declared(IEnumerable<SyntaxTree> trees) => trees
        .SelectMany(tree => tree.GetRoot().DescendantNodes()
            .Select(node => node switch
            {
                BaseTypeDeclarationSyntax type => type.Identifier.ValueText,
                DelegateDeclarationSyntax type => type.Identifier.ValueText,
                MethodDeclarationSyntax { ParameterList.Parameters: [{ } first, ..] } method when first.Modifiers.Any(SyntaxKind.ThisKeyword) => method.Identifier.ValueText,
                _ => null,
            })
            .OfType<string>()
            .Select(name => (Name: name, Room: RoomOf(tree.FilePath))))
        .Distinct()
        .ToLookup(d => d.Name, d => d.Room);

    private static bool IsForbidden(string room, string used) =>
        room != used && FloorOf(used) >= FloorOf(room);

    private static int FloorOf(string room) => Array.FindIndex(Floors, rooms => rooms.Contains(room));

    private static string RoomOf(string path)
    {
        int end = path.Replace('\\', '/').IndexOf('/', StringComparison.Ordinal);
        return end < 0 ? Root : path[..end];
    }

    private static string? RoomOfNamespace(string name)
    {
        string[] parts = name.Split('.');
        return parts is ["TokenThrift", { } room, ..] && FloorOf(room) >= 0 ? room : null;
    }

    private static string Line(SyntaxTree tree, SyntaxNode node, string room, string used, string name) =>
        $"{tree.FilePath}({tree.GetLineSpan(node.Span).StartLinePosition.Line + 1}): {room} uses {used} ({name}).";

    private static SyntaxTree GlobalUsings() => CSharpSyntaxTree.ParseText(
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; "
        + "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;");

    private static IEnumerable<MetadataReference> References() => ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .Where(path => !Path.GetFileName(path).StartsWith("TokenThrift", StringComparison.Ordinal))
        .Select(path => MetadataReference.CreateFromFile(path));
}
