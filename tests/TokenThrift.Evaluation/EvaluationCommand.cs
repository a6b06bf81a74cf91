namespace TokenThrift.Evaluation;

/// <summary>One command of the evaluation program. Every concrete subclass in this assembly is found by itself.</summary>
internal abstract class EvaluationCommand
{
    /// <summary>Gets the name on the command line, such as <c>cache-pairs</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Gets one line of help: what it measures and its own options.</summary>
    public abstract string Help { get; }

    /// <summary>Measures, prints a table to <paramref name="output"/> and returns what <c>--json</c> prints.</summary>
    /// <param name="arguments">The options; unknown ones are refused after the command has read its own.</param>
    /// <param name="output">Where tables and progress go.</param>
    /// <returns>The fields of the contract.</returns>
    /// <exception cref="EvaluationException">A file or an option is wrong.</exception>
    public abstract Task<IReadOnlyDictionary<string, object?>> RunAsync(EvaluationArguments arguments, EvaluationOutput output);
}
