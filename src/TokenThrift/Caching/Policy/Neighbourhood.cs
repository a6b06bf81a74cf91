namespace TokenThrift.Caching;

/// <summary>Weighs the answers of the nearest questions against one another.</summary>
/// <remarks>
/// Neighbours vote by similarity (a softmax over them); beside that, a naive Bayes model over words and pairs of words, smoothed by
/// how common each is among the partition's questions, says how well the question fits the wording of each answer's questions: in a
/// narrow domain the words that every question shares say nothing there, whatever the embedder makes of them. A pure function of its
/// arguments.
/// </remarks>
internal static class Neighbourhood
{
    /// <summary>How many neighbours are looked at.</summary>
    public const int Size = 32;

    // An e-fold of voting power for each 1/12 of similarity: about the spread of similarities within one intent.
    private const double VotingSharpness = 12;

    // Words of one question are not independent of one another: the likelihood ratio of all is tempered.
    private const double Tempering = 0.5;

    private const double VoteWeight = 0.5;
    private const double WordingWeight = 0.7;

    /// <summary>Finds the answer that fits best.</summary>
    /// <param name="asked">The terms of the question.</param>
    /// <param name="matches">The neighbours, the nearest first; at least one.</param>
    /// <param name="terms">How common terms are in the partition.</param>
    /// <param name="groupOf">Finds what is known of an entry's answer.</param>
    public static HitCandidate Weigh(QuestionTerms asked, IReadOnlyList<SemanticMatch> matches, TermFrequencies terms, Func<SemanticEntry, AnswerGroup> groupOf)
    {
        List<Answer> answers = Vote(matches, groupOf);
        Read(asked, answers, terms, matches.Count);
        double votes = answers.Sum(a => a.Vote);
        double top = answers.Max(a => a.Wording);
        double wordings = answers.Sum(a => Math.Exp(a.Wording - top));
        foreach (Answer answer in answers)
        {
            answer.Vote /= votes;
            answer.Wording = Math.Exp(answer.Wording - top) / wordings;
            answer.Score = (VoteWeight * Math.Log(answer.Vote + 1e-3)) + (WordingWeight * Math.Log(answer.Wording + 1e-4));
        }

        Answer best = answers.MaxBy(a => a.Score)!;
        double lead = 10;
        double nearestOther = 0;
        foreach (Answer answer in answers)
        {
            if (answer != best)
            {
                lead = Math.Min(lead, best.Score - answer.Score);
                nearestOther = Math.Max(nearestOther, answer.Nearest.Similarity);
            }
        }

        uint[] nearest = best.Nearest.Entry.Terms.Words;
        var evidence = new HitEvidence(new NeighbourhoodFacts
        {
            Vote = best.Vote,
            Wording = best.Wording,
            Similarity = best.Nearest.Similarity,
            Margin = best.Nearest.Similarity - nearestOther,
            Questions = best.Group.Questions,
            Unexplained = Unexplained(asked, best.Group, terms),
            Lead = lead,
            Words = asked.Words.Length,
            Agreeing = (double)best.Neighbours / matches.Count,
            Record = (best.Group.Wrong + 0.5) / (best.Group.Right + best.Group.Wrong + 1),
            Added = Information(asked.Words, nearest, terms),
            Dropped = Information(nearest, asked.Words, terms),
            Information = Information(asked.Words, [], terms),
            Seen = terms.Questions,
        });
        return new HitCandidate(best.Nearest, evidence);
    }

    private static List<Answer> Vote(IReadOnlyList<SemanticMatch> matches, Func<SemanticEntry, AnswerGroup> groupOf)
    {
        var answers = new List<Answer>();
        double nearest = matches[0].Similarity;
        foreach (SemanticMatch match in matches)
        {
            AnswerGroup group = groupOf(match.Entry);
            Answer? answer = answers.Find(a => ReferenceEquals(a.Group, group));
            if (answer is null)
            {
                answers.Add(answer = new Answer(group, match));
            }

            answer.Vote += Math.Exp((match.Similarity - nearest) * VotingSharpness);
            answer.Neighbours++;
        }

        return answers;
    }

    // ln of P(terms | answer) / P(terms), Dirichlet smoothing of weight 2 with the partition's shares.
    private static void Read(QuestionTerms asked, List<Answer> answers, TermFrequencies terms, int neighbours)
    {
        foreach (Answer answer in answers)
        {
            answer.Wording = (asked.All.Length * Math.Log(2.0 / (answer.Group.Questions + 2))) + Math.Log((answer.Group.Questions + 0.5) / (neighbours + 1));
        }

        foreach (uint term in asked.All)
        {
            double smoothing = 2 * terms.Share(term);
            foreach (Answer answer in answers)
            {
                int count = answer.Group.Count(term);
                if (count > 0)
                {
                    answer.Wording += Math.Log((count + smoothing) / smoothing);
                }
            }
        }

        foreach (Answer answer in answers)
        {
            answer.Wording *= Tempering;
        }
    }

    private static double Unexplained(QuestionTerms asked, AnswerGroup group, TermFrequencies terms)
    {
        double all = 0;
        double unexplained = 0;
        foreach (uint word in asked.Words)
        {
            double information = terms.Information(word);
            all += information;
            unexplained += group.Count(word) > 0 ? 0 : information;
        }

        return all > 0 ? unexplained / all : 0;
    }

    // In nats, of the words that the other question lacks.
    private static double Information(uint[] words, uint[] other, TermFrequencies terms)
    {
        double sum = 0;
        foreach (uint word in words)
        {
            sum += Array.IndexOf(other, word) < 0 ? terms.Information(word) : 0;
        }

        return sum;
    }

    private sealed class Answer(AnswerGroup group, SemanticMatch nearest)
    {
        public AnswerGroup Group { get; } = group;

        public SemanticMatch Nearest { get; } = nearest;

        public int Neighbours { get; set; }

        public double Vote { get; set; }

        public double Wording { get; set; }

        public double Score { get; set; }
    }
}
