using System.Text.RegularExpressions;

namespace TokenThrift.Compression.Passes;

/// <summary>Knows the lines of a stack trace in the forms in which runtimes print them.</summary>
internal static partial class StackFrame
{
    private const int LongestFrame = 400;

    /// <summary>Says whether a line is a frame: .NET, Java, JavaScript, Python, Go, Ruby, Rust or a native debugger.</summary>
    public static bool IsFrame(string line) => line.Length <= LongestFrame && line.Length > 4 && MayBeFrame(line) && Frame().IsMatch(line);

    /// <summary>Says whether a line belongs to the frame before it: the code of a Python frame, the place of a Go or Rust frame.</summary>
    public static bool Continues(string line, string frame)
    {
        int indent = Indent(line);
        return line.Length <= LongestFrame && indent > Indent(frame) && !line.AsSpan().IsWhiteSpace()
            && (frame.AsSpan().TrimStart().StartsWith("File \"", StringComparison.Ordinal) || Place().IsMatch(line));
    }

    /// <summary>Says whether a frame is code of the runtime or of a library rather than of the application.</summary>
    public static bool IsLibrary(string frame) => Library().IsMatch(frame);

    /// <summary>Says whether the innermost call stands last, as in Python.</summary>
    public static bool IsInnermostLast(string frame) => frame.AsSpan().TrimStart().StartsWith("File \"", StringComparison.Ordinal);

    // What tells most lines apart without looking at all of them.
    private static bool MayBeFrame(ReadOnlySpan<char> line)
    {
        ReadOnlySpan<char> words = line.TrimStart();
        return !words.IsEmpty && words[0] switch
        {
            '#' => true,
            _ when words.Length == line.Length => line.Contains('(') && line.Contains('.'),
            'a' => words.StartsWith("at ", StringComparison.Ordinal),
            'F' => words.StartsWith("File ", StringComparison.Ordinal),
            'f' => words.StartsWith("from ", StringComparison.Ordinal),
            _ => char.IsDigit(words[0]),
        };
    }

    private static int Indent(string line) => line.Length - line.AsSpan().TrimStart().Length;

    [GeneratedRegex(@"^(?:\s+at \S.*[(:]|\s+File "".+"", line \d+|\s*#\d+\s+(?:0x[0-9a-fA-F]+\s+in\s+)?\S+.*[(:]|\s+\d+:\s+(?:0x[0-9a-f]+ - )?\S+::|\s+from \S+:\d+:in |[\w./*()-]+\.[\w.*()-]+\((?:0x[0-9a-f]+|\.\.\.|\{|\)).*$)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Frame();

    [GeneratedRegex(@"^\s+(?:at )?\S+:\d+(?::\d+)?(?: \+0x[0-9a-f]+)?$|^\s+[\^~]+\s*$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Place();

    [GeneratedRegex(@"\bat (?:async )?(?:System|Microsoft|Xunit|NUnit|Moq|java|javax|jakarta|jdk|sun|com\.sun|kotlin|kotlinx|scala|org\.(?:springframework|apache|junit|hibernate|gradle|eclipse|jboss|mockito))\.|\bnode:|node_modules|\binternal/|site-packages|dist-packages|/lib/python|<frozen |/rustlib/|/rustc/|\b(?:std|core|alloc|tokio)::|/usr/(?:lib|local/go)|/gems/|^(?:runtime|net/http|testing|reflect)\.", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Library();
}
