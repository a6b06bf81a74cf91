using System.Runtime.InteropServices;

namespace TokenThrift.Caching;

/// <summary>Tells the words of a partition's answers that come and go whatever is asked from those that go with the question. Bounded; used under its owner's lock.</summary>
/// <remarks>
/// For each word and each phrase of three: how much likelier is it in an answer where the answer to the nearest earlier question has it than
/// where that lacks it? What an answer says goes with its question, so what it is about is found again in the neighbour's answer about as
/// often as the neighbour has the same answer; how it is put is not. The rare words, which are hardly wording, show how often that is, and
/// a word counts as wording only if its own difference is, with one-sided 99 % confidence, below a quarter of theirs. The
/// same must hold beside the answer just before, whatever was asked: what changes with time is no wording either.
/// </remarks>
internal sealed class WordingTable
{
    private const int MaximumTerms = 65_536;
    private const int Refresh = 50;

    // Fewer neighbours with the term than this show nothing.
    private const int FewestSeen = 20;

    // One-sided 99 %.
    private const double Confidence = 2.326;

    // What is said in answer to half of the questions or fewer is at least 1 + a times likelier beside itself, where neighbours agree to a share a,
    // however seldom it is put in these words; what nearly all answers say differs by a.
    private const double PartOfLift = 0.75;
    private const double PartOfDifference = 0.25;

    // Rarer words than this are about something. Where the neighbours' answers share fewer of them than the least, neighbours tell nothing.
    private const double Rare = 0.05;
    private const double LeastAgreement = 0.1;
    private const int FewestRare = 200;

    private readonly Dictionary<uint, Tally> _words = [];
    private readonly Dictionary<uint, Tally> _phrases = [];
    private HashSet<uint> _previous = [];
    private int _answers;
    private int _sinceRefresh;
    private double _agreement;

    /// <summary>Gets how many words and phrases it has counted.</summary>
    public int Terms => _words.Count + _phrases.Count;

    /// <summary>Takes in an answer and the one to the nearest earlier question.</summary>
    public void Add(AnswerReading answer, AnswerReading near)
    {
        _answers++;
        HashSet<uint> words = Count(_words, [.. answer.Words.Select(word => word.Term)], [.. near.Words.Select(word => word.Term)]);
        words.UnionWith(Count(_phrases, [.. answer.Phrases, .. answer.Slots], [.. near.Phrases, .. near.Slots]));
        _previous = words;
        if (++_sinceRefresh >= Refresh)
        {
            _sinceRefresh = 0;
            _agreement = Agreement();
        }

        if (_words.Count > MaximumTerms || _phrases.Count > MaximumTerms)
        {
            _answers /= 2;
            Halve(_words);
            Halve(_phrases);
        }
    }

    /// <summary>Tells whether a word, standing where it does, is one that comes and goes whatever is asked.</summary>
    /// <remarks>A number is only in a phrase that never had another in its place: <c>within 24 hours</c>, always 24.</remarks>
    public bool IsWording(AnswerReading answer, int index)
    {
        AnswerWord word = answer.Words[index];
        if (_agreement < LeastAgreement)
        {
            return false;
        }

        if (word.IsNumber)
        {
            uint phrase = answer.Phrases[index];
            return IsIndependent(_phrases, phrase) && _phrases[phrase].Seen == _phrases.GetValueOrDefault(answer.Slot(index)).Seen;
        }

        // A denial turns what follows round, so it is looked at with that.
        return (!word.IsDenial && IsIndependent(_words, word.Term))
            || IsIndependent(_phrases, answer.Phrases[index])
            || (index > 0 && answer.Words[index - 1].Clause == word.Clause && IsIndependent(_phrases, answer.Phrases[index - 1]))
            || (index + 1 < answer.Words.Length && answer.Words[index + 1].Clause == word.Clause && IsIndependent(_phrases, answer.Phrases[index + 1]));
    }

    /// <summary>Gets how much an answer says by holding a word, in nats.</summary>
    public double Information(uint term) => Math.Log((_answers + 1) / (_words.GetValueOrDefault(term).Seen + 0.5));

    private bool IsIndependent(Dictionary<uint, Tally> tallies, uint term)
    {
        if (!tallies.TryGetValue(term, out Tally tally) || tally.Near < FewestSeen)
        {
            return false;
        }

        return IsIndependent(tally.Both, tally.Near, tally.Seen) && IsIndependent(tally.InARow, tally.Seen, tally.Seen);
    }

    // Compares the share with the term where the other answer has it, and where it lacks it.
    private bool IsIndependent(int both, int other, int seen)
    {
        double with = (both + 0.5) / (other + 1);
        double without = (Math.Max(0, seen - both) + 0.5) / (Math.Max(0, _answers - other) + 1);
        double variance = (with * (1 - with) / (other + 1)) + (without * (1 - without) / (Math.Max(0, _answers - other) + 1));
        double most = with + (Confidence * Math.Sqrt(variance));
        return most <= without * (1 + (PartOfLift * _agreement)) || (without > 0.5 && most - without <= PartOfDifference * _agreement);
    }

    private double Agreement()
    {
        double near = 0;
        double both = 0;
        foreach (Tally tally in _words.Values)
        {
            if (tally.Near > 0 && tally.Near < Rare * _answers)
            {
                near += tally.Near;
                both += tally.Both;
            }
        }

        return near < FewestRare ? 0 : both / near;
    }

    private HashSet<uint> Count(Dictionary<uint, Tally> tallies, HashSet<uint> terms, HashSet<uint> near)
    {
        foreach (uint term in terms)
        {
            ref Tally tally = ref CollectionsMarshal.GetValueRefOrAddDefault(tallies, term, out _);
            tally.Seen++;
            tally.Both += near.Contains(term) ? 1 : 0;
            tally.InARow += _previous.Contains(term) ? 1 : 0;
        }

        foreach (uint term in near)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(tallies, term, out _).Near++;
        }

        return terms;
    }

    private static void Halve(Dictionary<uint, Tally> tallies)
    {
        foreach ((uint term, Tally tally) in tallies.ToArray())
        {
            if (tally.Seen + tally.Near < 4)
            {
                tallies.Remove(term);
            }
            else
            {
                tallies[term] = new Tally { Seen = tally.Seen / 2, Near = tally.Near / 2, Both = tally.Both / 2, InARow = tally.InARow / 2 };
            }
        }
    }

    private struct Tally
    {
        public int Seen;
        public int Near;
        public int Both;
        public int InARow;
    }
}
