namespace TokenThrift.Tests.Caching.Policy;

/// <summary>Answers in prose that is worded anew each time. Each odd topic's answer is that of the topic before it with one fact changed.</summary>
internal sealed class MadeUpProse
{
    private static readonly string[] Places = ["portal", "kiosk", "office", "hotline", "workshop"];
    private static readonly string[] Staff = ["Ilse Brandt", "Tomas Okoro", "Wen Delgado", "Priya Haugen"];

    // Six ways to say it, of the kind that a model falls into; what is in braces depends on the topic.
    private static readonly string[] Wordings =
    [
        "Good morning, and thank you for writing in. The {subject} is dealt with at the {place}, and {denial} ask for a second one. Expect {days} days. Should anything remain unclear, {name} will gladly walk you through the whole procedure once more.",
        "Certainly. According to our current rules the {subject} is dealt with at the {place}. It normally needs {days} days, so please plan ahead. Note that {denial} ask for a second one. Do not hesitate to contact {name} in case of further doubts.",
        "Here is a short summary. First of all, the {subject} is dealt with at the {place}; second, {days} days go by until it is finished; third, {denial} ask for a second one. Your personal adviser is {name}, who looks forward to hearing from you.",
        "Great question! Many customers wonder about this. Allow {days} days and keep your reference at hand, because the {subject} is dealt with at the {place}. By the way, {denial} ask for a second one. If problems persist, get back to {name} any time.",
        "I understand that this may be frustrating. To put it simply: the {subject} is dealt with at the {place} and {denial} ask for a second one. Usually {days} days are enough. Let us know how it went, or simply write to {name} with your feedback.",
        "We appreciate your patience. As described within our guidelines, the {subject} is dealt with at the {place}. There is no extra charge, and we reply within 24 hours. After {days} days everything should be settled. Remember: {denial} ask for a second one. Kind regards on behalf of {name} and colleagues.",
    ];

    private readonly Random _random;
    private readonly (string Subject, string Place, int Days, bool MayAsk, string Name)[] _topics;

    public MadeUpProse(int seed, int topics)
    {
        _random = new Random(seed);
        _topics = new (string, string, int, bool, string)[topics];
        for (int i = 0; i < topics; i++)
        {
            _topics[i] = i % 2 == 0
                ? ($"{Word()} {Word()} {Word()}", Pick(Places), _random.Next(2, 9), _random.Next(2) == 0, Pick(Staff))
                : NearMiss(_topics[i - 1], i / 2);
        }
    }

    public static int Ways => Wordings.Length;

    public string Say(int topic) => Say(topic, _random.Next(Wordings.Length));

    public string Say(int topic, int way)
    {
        (string subject, string place, int days, bool mayAsk, string name) = _topics[topic];
        return Wordings[way]
            .Replace("{subject}", subject, StringComparison.Ordinal)
            .Replace("{place}", place, StringComparison.Ordinal)
            .Replace("{days}", $"{days}", StringComparison.Ordinal)
            .Replace("{denial}", mayAsk ? "you may" : "you may not", StringComparison.Ordinal)
            .Replace("{name}", name, StringComparison.Ordinal);
    }

    /// <summary>Tells whether an answer is one to a topic.</summary>
    public bool IsRight(int topic, string answer) => Enumerable.Range(0, Wordings.Length).Any(way => Say(topic, way) == answer);

    private (string Subject, string Place, int Days, bool MayAsk, string Name) NearMiss((string Subject, string Place, int Days, bool MayAsk, string Name) topic, int kind) => (kind % 5) switch
    {
        0 => topic with { Place = Places[(Array.IndexOf(Places, topic.Place) + 1) % Places.Length] },
        1 => topic with { Days = topic.Days + 1 },
        2 => topic with { MayAsk = !topic.MayAsk },
        3 => topic with { Name = Staff[(Array.IndexOf(Staff, topic.Name) + 1) % Staff.Length] },
        _ => topic with { Subject = $"{topic.Subject[..^6]}{Word()}" },
    };

    private string Pick(string[] from) => from[_random.Next(from.Length)];

    private string Word()
    {
        const string Consonants = "bdfgklmnprstvz";
        const string Vowels = "aeiou";
        return string.Concat(Enumerable.Range(0, 3).Select(_ => $"{Consonants[_random.Next(Consonants.Length)]}{Vowels[_random.Next(Vowels.Length)]}"));
    }
}
