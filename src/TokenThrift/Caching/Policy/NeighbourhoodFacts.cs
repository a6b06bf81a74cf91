namespace TokenThrift.Caching;

/// <summary>What is seen of a candidate in its neighbourhood, in the units in which it is measured.</summary>
internal readonly record struct NeighbourhoodFacts
{
    /// <summary>Gets the answer's share of the neighbours' votes, 0 to 1.</summary>
    public required double Vote { get; init; }

    /// <summary>Gets the probability of the answer by the wording of its questions, 0 to 1.</summary>
    public required double Wording { get; init; }

    /// <summary>Gets the similarity of its nearest question.</summary>
    public required double Similarity { get; init; }

    /// <summary>Gets by how much that is nearer than the nearest question with another answer.</summary>
    public required double Margin { get; init; }

    /// <summary>Gets how many questions the answer has.</summary>
    public required int Questions { get; init; }

    /// <summary>Gets the share of the question's information in words that none of these questions has, 0 to 1.</summary>
    public required double Unexplained { get; init; }

    /// <summary>Gets by how much the answer leads before the next, in nats.</summary>
    public required double Lead { get; init; }

    /// <summary>Gets how many words the question has.</summary>
    public required int Words { get; init; }

    /// <summary>Gets the share of the neighbours with this answer, 0 to 1.</summary>
    public required double Agreeing { get; init; }

    /// <summary>Gets the share of wrong ones where serving the answer was checked, 0 to 1 and neither.</summary>
    public required double Record { get; init; }

    /// <summary>Gets the information, in nats, of the question's words that the nearest question lacks.</summary>
    public required double Added { get; init; }

    /// <summary>Gets the information, in nats, of the nearest question's words that the question lacks.</summary>
    public required double Dropped { get; init; }

    /// <summary>Gets the information, in nats, of all the question's words.</summary>
    public required double Information { get; init; }

    /// <summary>Gets how many questions the partition has seen.</summary>
    public required int Seen { get; init; }
}
