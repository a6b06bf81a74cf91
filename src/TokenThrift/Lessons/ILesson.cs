namespace TokenThrift.Lessons;

/// <summary>One thing that the traffic has taught, in the form in which it is kept.</summary>
/// <remarks>What a learner holds is a function of its lessons in their order, so that one who reads them again stands where the one did who wrote them.</remarks>
internal interface ILesson
{
    /// <summary>Gets when it was learnt, in milliseconds since 1970.</summary>
    long At { get; }

    /// <summary>Gets a value indicating whether it only tells how the traffic is made up, so that a sample of such will do.</summary>
    bool IsSample { get; }

    /// <summary>Gets a value indicating whether others must know it at once.</summary>
    bool IsUrgent { get; }
}
