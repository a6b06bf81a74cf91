using Microsoft.Extensions.AI;
using TokenThrift.Evaluation.Replay;

namespace TokenThrift.Evaluation.Compression;

/// <summary>One episode under one policy.</summary>
internal sealed record PolicyRun
{
    public int Calls { get; private set; }

    public decimal Cost { get; private set; }

    public int PrefixBreaks { get; private set; }

    public int Retrievals { get; private set; }

    public long Evidence { get; private set; }

    public long Missed { get; private set; }

    public int Removed { get; private set; }

    public int GivenBack { get; private set; }

    public int PairingBroken { get; private set; }

    public List<decimal> Curve { get; } = [];

    public static async Task<PolicyRun> MeasureAsync(TranscriptEpisode episode, IReplayPolicy policy, ReplaySerializer serializer, decimal read, decimal write)
    {
        var run = new PolicyRun();
        var billing = new ReplayBilling(read, write);
        var evidence = new EvidenceCheck();
        foreach (TranscriptCall call in episode.Calls())
        {
            (IReadOnlyList<ChatMessage> sent, ChatOptions? options) = await policy.SendAsync(call.Request, call.Answer);
            IReadOnlyList<ReplayPiece> pieces = serializer.Pieces(sent, options);
            run.Calls++;
            run.Cost += billing.Bill(pieces).Cost;
            EvidenceResult found = evidence.Check(call, sent);
            run.Evidence += found.Total;
            run.Missed += found.Missed;
            foreach ((_, string text) in found.Missing)
            {
                run.Retrievals++;
                run.Cost += billing.Retrieval(pieces, serializer.Count(text)).Cost;
            }

            run.PairingBroken += Orphans(sent) > Orphans(call.Request) ? 1 : 0;
            run.Curve.Add(run.Cost);
        }

        run.PrefixBreaks = billing.PrefixBreaks;
        (run.Removed, run.GivenBack) = await policy.RoundTripAsync(episode.Messages);
        return run;
    }

    // Results without a call right before them, and calls without a result right after them.
    private static int Orphans(IReadOnlyList<ChatMessage> messages)
    {
        int orphans = 0;
        var open = new List<string>();
        foreach (ChatMessage message in messages)
        {
            if (message.Role != ChatRole.Tool)
            {
                orphans += open.Count;
                open.Clear();
            }

            foreach (AIContent content in message.Contents)
            {
                if (content is FunctionCallContent call)
                {
                    open.Add(call.CallId);
                }
                else if (content is FunctionResultContent result && !open.Remove(result.CallId))
                {
                    orphans++;
                }
            }
        }

        return orphans + open.Count;
    }
}
