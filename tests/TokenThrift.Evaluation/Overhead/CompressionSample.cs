namespace TokenThrift.Evaluation.Overhead;

/// <summary>What compressing new content took, beside counting its tokens, in microseconds a call.</summary>
/// <param name="History">The tokens that the conversation held before.</param>
/// <param name="P50">The mean over the kinds of content of the median that compression added to a call.</param>
/// <param name="P99">What it added to one call in a hundred at least.</param>
/// <param name="CountP50">The mean over the kinds of the median of counting the tokens of what was new.</param>
internal readonly record struct CompressionSample(int History, double P50, double P99, double CountP50)
{
    public double Ratio => P50 / CountP50;

    public static CompressionSample Of(int history, IReadOnlyList<(string Kind, double Compress, double Count)> calls)
    {
        double[] compress = [.. calls.Select(call => call.Compress).Order()];
        return new CompressionSample(history, MeanOfMedians(call => call.Compress), compress[compress.Length * 99 / 100], MeanOfMedians(call => call.Count));

        double MeanOfMedians(Func<(string Kind, double Compress, double Count), double> time) =>
            calls.GroupBy(call => call.Kind).Average(kind => kind.Select(time).Order().ElementAt(kind.Count() / 2));
    }
}
