namespace TokenThrift.Evaluation;

/// <summary>A file or an option is wrong; the message is the one line that the user sees.</summary>
internal sealed class EvaluationException(string message) : Exception(message);
