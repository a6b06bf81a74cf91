using System.Runtime.InteropServices;

namespace TokenThrift.Caching;

/// <summary>In how many questions of a partition each term was found. Bounded. Used under its owner's lock.</summary>
/// <param name="maximumTerms">How many terms are counted; past it all counts are halved and those of one are dropped.</param>
internal sealed class TermFrequencies(int maximumTerms)
{
    private readonly Dictionary<uint, int> _counts = [];

    public int Questions { get; private set; }

    /// <summary>Gets how many terms are counted.</summary>
    public int Terms => _counts.Count;

    public int Count(uint term) => _counts.GetValueOrDefault(term);

    /// <summary>Gets the share of questions that hold a term, never 0.</summary>
    public double Share(uint term) => (Count(term) + 0.05) / (Questions + 1);

    /// <summary>Gets how much a question says by holding a term, in nats.</summary>
    public double Information(uint term) => Math.Log((Questions + 2.0) / (Count(term) + 1.0));

    public void Add(QuestionTerms terms)
    {
        Questions++;
        foreach (uint term in terms.All)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, term, out _)++;
        }

        Bound();
    }

    /// <summary>Takes in what another has counted.</summary>
    public void Add(TermFrequencies other)
    {
        Questions += other.Questions;
        foreach ((uint term, int count) in other._counts)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, term, out _) += count;
        }

        Bound();
    }

    private void Bound()
    {
        if (_counts.Count > maximumTerms)
        {
            Questions /= 2;
            foreach ((uint term, int count) in _counts.ToArray())
            {
                if (count < 2)
                {
                    _counts.Remove(term);
                }
                else
                {
                    _counts[term] = count / 2;
                }
            }
        }
    }
}
