using TokenThrift.Models;

namespace TokenThrift.Caching;

/// <summary>How often a judge that costs money is asked to label a candidate that was not going to be served. Safe for concurrent use.</summary>
/// <remarks>
/// What a judge teaches is paid for by the hits that come of it: after its first lessons it may cost no more than a part of what hits on likeness have saved, and in
/// the beginning a small share of what the model's own answers cost. Where traffic never repeats it is all but left alone. The chance depends on the evidence of a
/// candidate and on what went before, never on what its label will be: a candidate that is not drawn is left out altogether, whatever reading its
/// answers would say, and what is drawn stays a fair sample.
/// </remarks>
internal sealed class JudgeEconomy
{
    // Without these nothing can be concluded at all.
    private const int Lessons = 200;

    // Where no price is known: so many are enough to serve from at the bounds that are in use.
    private const int UnpricedLessons = 1000;

    // Half of what it brings is the user's.
    private const double Part = 0.5;

    // What may be staked on hits to come, of what the first answers cost: where they have not come by then, nothing repeats.
    private const double Stake = 0.02;
    private const int StakedAnswers = 10_000;

    // A change of the traffic is noticed all the same.
    private const double Least = 0.01;

    private const double FarShare = 0.2;

    private readonly Lock _lock = new();
    private long _asked;
    private long _answers;
    private double _spent;
    private double _allowed;
    private bool _isUnpriced;

    /// <summary>Returns with what probability to ask about a candidate that was not going to be served, in (0, 1].</summary>
    /// <param name="estimatedError">Its estimated probability of being wrong.</param>
    public double Probability(double estimatedError)
    {
        lock (_lock)
        {
            if (_asked < Lessons)
            {
                return 1;
            }

            // Where a price is not known no saving can be shown; then ever fewer are asked, as n out of all that went before.
            double affordable = _isUnpriced ? Math.Min(1, (double)UnpricedLessons / _asked)
                : _spent < _allowed ? 1
                : 0;
            return Math.Max(Least, affordable * (estimatedError > ErrorFit.OutOfTheQuestion ? FarShare : 1));
        }
    }

    /// <summary>Takes in that the judge was asked.</summary>
    /// <param name="cost">What it cost, or null where that is not known.</param>
    public void Asked(NanoUsd? cost)
    {
        lock (_lock)
        {
            _asked++;
            _isUnpriced |= cost is null;
            _spent += _asked > Lessons ? cost?.Value ?? 0 : 0;
        }
    }

    /// <summary>Takes in that so many labels are there already, from before a restart or from another process.</summary>
    public void Recall(int labels)
    {
        lock (_lock)
        {
            _asked = Math.Max(_asked, Math.Min(Lessons, labels));
        }
    }

    /// <summary>Takes in that the model answered.</summary>
    /// <param name="cost">What that cost, or null where it is not known.</param>
    public void Answered(NanoUsd? cost)
    {
        lock (_lock)
        {
            _allowed += _answers++ < StakedAnswers ? Stake * (cost?.Value ?? 0) : 0;
        }
    }

    /// <summary>Takes in that an answer was served on likeness.</summary>
    /// <param name="worth">What the call would have cost, or null where that is not known.</param>
    public void Served(NanoUsd? worth)
    {
        lock (_lock)
        {
            _allowed += Part * (worth?.Value ?? 0);
        }
    }
}
