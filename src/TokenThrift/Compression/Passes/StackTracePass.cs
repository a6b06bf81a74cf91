using System.Globalization;

namespace TokenThrift.Compression.Passes;

/// <summary>
/// Of a long stack trace keeps the outermost and innermost frames and the application's own next to the fault; of a trace
/// that was there before, only that it is the same. Messages and causes stand between the frames and are kept.
/// </summary>
internal sealed class StackTracePass : ICompressionPass
{
    private const int FramesFrom = 8;
    private const int Ends = 2;
    private const int OwnFrames = 4;

    public string Name => "stack";

    public bool IsLossless => false;

    public string? Apply(CompressionInput input)
    {
        if (input.IsVerbatim)
        {
            return null;
        }

        string[] lines = input.Text.Split('\n');
        bool[] isKept = new bool[lines.Length];
        Array.Fill(isKept, true);
        var frames = new List<(int From, int To)>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        var repeated = new HashSet<int>();
        for (int i = 0; i <= lines.Length; i++)
        {
            if (i < lines.Length && StackFrame.IsFrame(lines[i]))
            {
                frames.Add((i, i + 1));
            }
            else if (i < lines.Length && frames.Count > 0 && StackFrame.Continues(lines[i], lines[frames[^1].From]))
            {
                frames[^1] = (frames[^1].From, i + 1);
            }
            else if (frames.Count > 0)
            {
                Fold(lines, frames, isKept, known, repeated);
                frames.Clear();
            }
        }

        return KeptLines.Write(lines, isKept, (from, to) => string.Create(
            CultureInfo.InvariantCulture, $"    [{to - from} lines of the stack{(repeated.Contains(from) ? ", the same as before" : string.Empty)}]"));
    }

    private static void Fold(string[] lines, List<(int From, int To)> frames, bool[] isKept, HashSet<string> known, HashSet<int> repeated)
    {
        if (frames.Count < Ends)
        {
            return;
        }

        bool isNew = known.Add(string.Join('\n', lines, frames[0].From, frames[^1].To - frames[0].From));
        if (isNew && frames.Count < FramesFrom)
        {
            return;
        }

        int own = 0;
        bool isReversed = StackFrame.IsInnermostLast(lines[frames[0].From]);
        for (int n = 0; n < frames.Count; n++)
        {
            (int from, int to) = frames[isReversed ? frames.Count - 1 - n : n];
            bool isEnd = n < Ends || n >= frames.Count - Ends;
            bool stays = isNew && (isEnd || (own < OwnFrames && !StackFrame.IsLibrary(lines[from]) && own++ >= 0));
            for (int i = from; i < to; i++)
            {
                isKept[i] = stays || KeptLines.MustStay(lines[i]);
            }
        }

        if (!isNew)
        {
            repeated.Add(frames[0].From);
        }
    }
}
