namespace TokenThrift.Evaluation.Overhead;

/// <summary>What embedding a question and counting its tokens took, in microseconds.</summary>
internal readonly record struct EmbeddingSample(double EmbedMicros, double CountMicros)
{
    public double Ratio => EmbedMicros / CountMicros;
}
