using System.Diagnostics;
using Microsoft.ML.Tokenizers;
using TokenThrift.Text;

namespace TokenThrift.Evaluation.Overhead;

/// <summary>Embeds made-up questions and counts their tokens, in turns, each after a warm-up.</summary>
internal static class EmbeddingBench
{
    private const int Rounds = 31;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1.5);

    /// <summary>Measures. The medians over the rounds, for one question.</summary>
    public static EmbeddingSample Run()
    {
        string[] questions =
        [
            .. from opening in new[] { "How do I", "What is the way to", "Can you tell me why I should", "Please explain how to", "Where can I" }
               from verb in new[] { "renew", "cancel", "transfer", "verify", "configure", "translate" }
               from thing in new[] { "my passport", "the savings account", "a Kubernetes deployment", "an expired subscription", "the invoice of last month", "a broken webhook" }
               from ending in new[] { "?", " before it expires?", " without losing data?", " for my company in Germany?", " when the connection times out after 30 seconds?" }
               select $"{opening} {verb} {thing}{ending}",
        ];
        var tokenizer = TiktokenTokenizer.CreateForEncoding("o200k_base");
        double sum = 0;
        double[] embed = new double[Rounds];
        double[] count = new double[Rounds];
        for (long began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < WarmUp;)
        {
            Time(Embed);
            Time(Count);
        }

        for (int round = 0; round < Rounds; round++)
        {
            (embed[round], count[round]) = (Time(Embed), Time(Count));
        }

        GC.KeepAlive(sum);
        return new EmbeddingSample(embed.Order().ElementAt(Rounds / 2), count.Order().ElementAt(Rounds / 2));

        void Embed(string question) => sum += LexicalEmbeddingGenerator.Embed(question)[0];

        void Count(string question) => sum += tokenizer.CountTokens(question);

        double Time(Action<string> work)
        {
            long started = Stopwatch.GetTimestamp();
            foreach (string question in questions)
            {
                work(question);
            }

            return Stopwatch.GetElapsedTime(started).TotalMicroseconds / questions.Length;
        }
    }
}
