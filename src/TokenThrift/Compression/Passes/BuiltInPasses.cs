namespace TokenThrift.Compression.Passes;

/// <summary>The passes that come with the product, in the order in which they run.</summary>
internal static class BuiltInPasses
{
    /// <summary>Gets the passes that lose nothing.</summary>
    public static IReadOnlyList<ICompressionPass> Lossless { get; } = [new TerminalPass(), new JsonPass(), new GrepPass(), new PathsPass()];

    /// <summary>Returns the passes that take parts out, after the one that shows a text as a person would see it.</summary>
    /// <param name="sampleArrays">Whether long arrays are among what is taken out.</param>
    public static IReadOnlyList<ICompressionPass> Lossy(bool sampleArrays) =>
    [
        new TerminalPass(),
        .. sampleArrays ? [new ArraySamplePass()] : Array.Empty<ICompressionPass>(),
        new HtmlPass(),
        new MarkdownPass(),
        new StackTracePass(),
        new TestOutputPass(),
        new DiffPass(),
        new LogPass(),
        new BlobPass(),
        new ExtractPass(),
    ];
}
