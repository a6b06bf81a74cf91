namespace TokenThrift.Tests.Caching.Policy;

/// <summary>Hostile made-up traffic: pairs of topics that differ in one word, bursts of one topic, a model that errs, answers that change.</summary>
internal sealed class MadeUpTraffic
{
    private static readonly string[] Fillers = ["please", "kindly", "today", "again", "somehow", "quickly", "maybe", "really", "actually", "currently", "still", "just"];
    private static readonly string[] Openings = ["how would one", "could somebody", "what is it like to", "tell me the way to", "explain how people", "is there a way to"];

    private readonly Random _random;
    private readonly string[][] _topics;
    private readonly int[] _versions;
    private int _burst;
    private int _current;

    public MadeUpTraffic(int seed, int topics)
    {
        _random = new Random(seed);
        _topics = new string[topics][];
        _versions = new int[topics];
        for (int i = 0; i < topics; i++)
        {
            // Every second one is its neighbour with another last word: near in wording, another answer.
            _topics[i] = i % 2 == 1 ? [_topics[i - 1][0], _topics[i - 1][1], Word()] : [Word(), Word(), Word()];
        }
    }

    public int Topics => _topics.Length;

    /// <summary>Draws a question; one in a while begins a burst of its topic.</summary>
    public (int Topic, string Question) Next()
    {
        if (_burst > 0)
        {
            _burst--;
        }
        else
        {
            _current = _random.Next(_topics.Length);
            _burst = _random.Next(20) == 0 ? 15 : 0;
        }

        string[] words = _topics[_current];
        string Filler() => Fillers[_random.Next(Fillers.Length)];
        return (_current, $"{Openings[_random.Next(Openings.Length)]} {Filler()} {words[0]} {words[1]} {Filler()} {words[2]} {Filler()}");
    }

    /// <summary>Returns what is right for a topic now.</summary>
    public string Right(int topic) => $"answer {topic} in version {_versions[topic]}";

    /// <summary>Returns what the model says: with a chance of <paramref name="noise"/>, something else.</summary>
    public string Say(int topic, double noise) => _random.NextDouble() < noise ? $"a slip of kind {_random.Next(1000)}" : Right(topic);

    /// <summary>Changes what is right for every <paramref name="every"/>th topic.</summary>
    public void Drift(int every)
    {
        for (int i = 0; i < _versions.Length; i += every)
        {
            _versions[i]++;
        }
    }

    private string Word()
    {
        const string Consonants = "bdfgklmnprstvz";
        const string Vowels = "aeiou";
        return string.Concat(Enumerable.Range(0, 3).Select(_ => $"{Consonants[_random.Next(Consonants.Length)]}{Vowels[_random.Next(Vowels.Length)]}"));
    }
}
