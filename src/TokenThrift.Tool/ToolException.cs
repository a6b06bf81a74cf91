namespace TokenThrift.Tool;

/// <summary>A file or an argument is wrong; the message is the one line that the user sees.</summary>
internal sealed class ToolException(string message) : Exception(message);
