namespace TokenThrift.Routing;

/// <summary>An answer that runs in circles, or breaks off inside a code fence, is broken.</summary>
internal sealed class DegenerationCheck : IAnswerCheck
{
    private const int Window = 400;
    private const int MostRepeats = 6;

    public string Name => "degeneration";

    public ValueTask<CheckResult> CheckAsync(AnswerCheckContext context, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(
            RunsInCircles(context.Text) ? CheckResult.Fail("repetition", "The answer repeats itself.")
            : CountFences(context.Text) % 2 == 1 ? CheckResult.Fail("open-fence", "The answer ends inside a code block.")
            : CheckResult.Pass);

    // The tail is one short piece over and over: the way in which sampling gets stuck.
    internal static bool RunsInCircles(string text)
    {
        ReadOnlySpan<char> tail = text.AsSpan().TrimEnd();
        if (tail.Length < Window)
        {
            return false;
        }

        tail = tail[^Window..];
        for (int period = 2; period <= Window / MostRepeats; period++)
        {
            ReadOnlySpan<char> last = tail[^period..];
            int repeats = 1;
            while ((repeats + 1) * period <= tail.Length && tail.Slice(tail.Length - ((repeats + 1) * period), period).SequenceEqual(last))
            {
                repeats++;
            }

            if (repeats >= MostRepeats && repeats * period >= Window / 2 && HasLetter(last))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasLetter(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (char.IsLetter(c))
            {
                return true;
            }
        }

        return false;
    }

    private static int CountFences(string text)
    {
        int count = 0;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            count += line.TrimStart().StartsWith("```") ? 1 : 0;
        }

        return count;
    }
}
