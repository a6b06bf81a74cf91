namespace TokenThrift.Routing;

/// <summary>What the checks found in one answer, as features of a score.</summary>
internal sealed class AnswerEvidence
{
    private const int MostWords = 256;

    // What a check measures is about 1; a stray thousand must not drown all else.
    private const double MostAmount = 8;
    private uint[]? _words;

    private readonly string _text;
    private readonly List<(uint Feature, double Value)> _features = [];

    /// <summary>Initializes a new instance of the <see cref="AnswerEvidence"/> class.</summary>
    /// <param name="text">The text of the answer.</param>
    public AnswerEvidence(string text = "") => _text = text;

    /// <summary>Initializes a new instance of the <see cref="AnswerEvidence"/> class with what was found before.</summary>
    public AnswerEvidence(IEnumerable<(uint Feature, double Value)> features, uint[] words, double logOdds, string? failure)
    {
        _text = string.Empty;
        _features.AddRange(features);
        _words = words;
        LogOdds = logOdds;
        Failure = failure;
    }

    /// <summary>Gets the code of the first check that failed, or <see langword="null"/>.</summary>
    public string? Failure { get; private set; }

    /// <summary>Gets what a model could be told to mend the answer, or <see langword="null"/>.</summary>
    public string? Message { get; private set; }

    /// <summary>Gets the log-odds that the checks' own degrees of belief add up to.</summary>
    public double LogOdds { get; private set; }

    public IReadOnlyList<(uint Feature, double Value)> Features => _features;

    /// <summary>Gets the hashes of the distinct words of the answer.</summary>
    public uint[] Words => _words ??= [.. TextTerms.Count(_text, withPairs: false).Keys.Take(MostWords)];

    public void Add(string check, CheckResult result)
    {
        if (result.Verdict == CheckVerdict.Fail)
        {
            Failure ??= result.Reason ?? check;
            Message ??= result.Message;
        }

        if (result.Quality is { } quality)
        {
            double odds = Odds.Logit(quality);
            LogOdds += odds;
            Set(check + "/odds", odds / 4);
        }

        if (result.Findings is { } findings)
        {
            foreach ((string name, double amount) in findings)
            {
                Set($"{check}:{name}", Math.Clamp(amount, -MostAmount, MostAmount));
            }
        }

        Set($"{check}/{result.Verdict}/{result.Reason}", 1);
    }

    /// <summary>Adds what is believed without any check, in log-odds.</summary>
    public void Believe(string feature, double logOdds)
    {
        LogOdds += logOdds;
        Set(feature, logOdds);
    }

    public void Set(string feature, double value) => _features.Add((Hash(feature), value));

    private static uint Hash(string text)
    {
        uint hash = 2166136261;
        foreach (char c in text)
        {
            hash = (hash ^ c) * 16777619;
        }

        return hash;
    }
}
