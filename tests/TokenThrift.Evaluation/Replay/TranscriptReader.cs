using Microsoft.Extensions.AI;

namespace TokenThrift.Evaluation.Replay;

/// <summary>Reads the recorded conversations of <c>--data</c>.</summary>
internal static class TranscriptReader
{
    public static IReadOnlyList<TranscriptEpisode> Read(EvaluationArguments arguments)
    {
        try
        {
            return [.. arguments.Rows().Select((row, i) => TranscriptParser.Episode(row, i + 1))];
        }
        catch (FormatException e)
        {
            throw new EvaluationException(e.Message);
        }
    }

    /// <summary>The arguments of a tool call as they were recorded.</summary>
    public static string ArgumentText(FunctionCallContent call) => TranscriptParser.ArgumentText(call);
}
