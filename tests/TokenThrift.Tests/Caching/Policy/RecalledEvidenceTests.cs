using TokenThrift.Caching;

namespace TokenThrift.Tests.Caching.Policy;

/// <summary>What a partition takes in again is what it was taught the first time.</summary>
public sealed class RecalledEvidenceTests
{
    private static readonly ErrorPool Pool = new(0.02, perRequest: false);

    [Fact]
    public void Audits_that_were_wrong_stop_a_partition_after_a_restart_too()
    {
        PartitionEvidence evidence = Partition();
        foreach (Lesson lesson in Enumerable.Range(0, 30).Select(_ => Sample(AnswerComparison.Same) with { IsAudit = true, Propensity = 0.05, EstimatedError = 0.01 }))
        {
            evidence.Recall(lesson);
        }

        Assert.False(evidence.IsQuarantined);
        for (int i = 0; i < 10; i++)
        {
            evidence.Recall(Sample(AnswerComparison.Different) with { IsAudit = true, Propensity = 0.05, EstimatedError = 0.01 });
        }

        Assert.True(evidence.IsQuarantined);
    }

    [Fact]
    public void Reports_stop_a_partition_after_a_restart_too()
    {
        PartitionEvidence evidence = Partition();
        for (int i = 0; i < 10; i++)
        {
            evidence.Recall(Sample(AnswerComparison.Different) with { IsReport = true, EstimatedError = 0.01 });
        }

        Assert.True(evidence.IsQuarantined);
    }

    [Fact]
    public void Text_that_is_equal_after_folding_is_trusted_no_more_after_a_restart_than_before()
    {
        PartitionEvidence evidence = Partition();
        Assert.True(evidence.IsFoldingTrusted);
        for (int i = 0; i < 20; i++)
        {
            evidence.Recall(new Lesson { At = i, IsAboutFolding = true, IsReport = true, Verdict = AnswerComparison.Different });
        }

        Assert.False(evidence.IsFoldingTrusted);
    }

    [Fact]
    public void Verifier_keeps_its_record()
    {
        var pool = new ErrorPool(0.02, perRequest: false);
        Lesson accepted = Sample(AnswerComparison.Same) with { Verifier = new VerifierLesson(true, 0.1, 1) };
        Lesson rejected = Sample(AnswerComparison.Different) with { Verdict = null, Verifier = new VerifierLesson(false, 0.1, 1) };
        pool.Recall(Enumerable.Range(0, 600).Select(i => i % 6 == 0 ? rejected : accepted));
        Assert.Equal(5.0 / 6, pool.Verifier.AcceptRate, 0.01);
        Assert.InRange(pool.Verifier.Curiosity, 0.5, 0.9);
        Assert.InRange(VerifierRecord.Estimate(0.05, 0.02, new VerifierRecord(), pool.Verifier), 0, 0.02);
    }

    [Fact]
    public void Pool_that_is_recalled_judges_as_the_one_that_was_taught()
    {
        var taught = new ErrorPool(0.05, perRequest: false);
        var recalled = new ErrorPool(0.05, perRequest: false);
        var random = new Random(1);
        var lessons = new List<Lesson>();
        for (int i = 0; i < 2000; i++)
        {
            HitEvidence evidence = PolicySamples.Evidence(random.NextDouble());
            AnswerComparison verdict = random.NextDouble() < 1 - evidence.Values[2] ? AnswerComparison.Different : AnswerComparison.Same;
            double foretold = taught.Judge(evidence, 0.05).Error;
            taught.See(evidence);
            taught.Add(evidence, verdict, 1);
            lessons.Add(new Lesson { At = i, Evidence = evidence.ToBytes(), IsInQuestion = true, Verdict = verdict, Foretold = foretold });
        }

        recalled.Recall(lessons);
        for (double similarity = 0.05; similarity < 1; similarity += 0.1)
        {
            HitEvidence evidence = PolicySamples.Evidence(similarity);
            Assert.Equal(taught.Judge(evidence, 0.05).Error, recalled.Judge(evidence, 0.05).Error, 0.05);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(67)]
    [InlineData(69)]
    public void Evidence_of_another_length_teaches_nothing(int length)
    {
        PartitionEvidence evidence = Partition();
        evidence.Recall(Sample(AnswerComparison.Different) with { Evidence = new byte[length], IsReport = true });
        Pool.Recall([Sample(AnswerComparison.Different) with { Evidence = new byte[length] }]);
        Assert.False(evidence.IsQuarantined);
    }

    [Fact]
    public void Evidence_comes_back_as_it_was()
    {
        HitEvidence evidence = PolicySamples.Evidence(0.7);
        Assert.Equal(evidence.Values.ToArray(), HitEvidence.Read(evidence.ToBytes())!.Values.ToArray());
        byte[] spoilt = evidence.ToBytes();
        spoilt.AsSpan(8, 4).Fill(0xFF);
        Assert.Null(HitEvidence.Read(spoilt));
    }

    private static PartitionEvidence Partition() => new(Pool, 0.02, perRequest: false);

    private static Lesson Sample(AnswerComparison verdict) => new() { At = 1, Evidence = PolicySamples.Evidence(0.9).ToBytes(), IsInQuestion = true, Verdict = verdict, Foretold = 0.01, Kept = "g" };
}
