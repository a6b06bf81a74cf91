using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TokenThrift.Evaluation.Caching;

/// <summary>Answers in prose: one of eight renderings of what is to be said to a class, drawn anew for each request, in words that all classes share.</summary>
/// <remarks>What sets a class apart are a place to go, a form, a delay and a code, drawn from short lists by a hash of its name.</remarks>
/// <param name="seed">Seeds the choice of rendering.</param>
internal sealed class TextAnswers(int seed) : IStreamAnswers
{
    private static readonly string[] Places =
    [
        "profile", "wallet", "statements", "settings", "limits", "devices", "contacts", "messages", "documents", "schedule", "library", "archive", "gallery", "reports", "billing", "security",
    ];

    private static readonly string[] Things =
    [
        "transfer", "delivery", "renewal", "identity", "refund", "exchange", "membership", "address", "password", "invoice", "subscription", "warranty", "booking", "passport", "insurance", "recipe",
    ];

    private static readonly string[] Renderings =
    [
        "Thanks for asking. Open the {0} page, choose the {1} form and send it in with your details filled out. Our team looks at every request in the order in which it arrives, and you will usually hear back within {2} days. Please keep the code {3} at hand, as you will be asked for it whenever you write to us about this matter again.",
        "Happy to help. What you need is the {1} form; you can find it on the {0} page. Fill out your details and send it in. It takes up to {2} days until you hear back, as our team looks at requests in the order of arrival. When you write to us about it again, give the code {3} so that we can find your request at once.",
        "Sure. Please go to {0}, pick {1} from the list of forms there, fill it out and send it to our team. Within {2} days somebody will look at your request and let you know what happens next. Write down {3}: this is the code under which we keep your case, and we will ask you for it when you get in touch.",
        "This can be done in a few steps. First, open {0}. Second, select {1} among the forms. Third, fill out your details and send it. Allow our team {2} days to look at what you have sent. Should you have any questions in the meantime, write to us and give {3} as the code of your case.",
        "Good question. The answer is on the {0} page, where there is a form for {1}. Send it with your details, and our team will take care of the rest. You can expect to hear back after {2} days at the latest. If you do not, please write to us again with the code {3}, and we will look into it at once.",
        "Let me explain. Requests of this kind are made with the {1} form, which is found under {0}. Once you have filled it out and sent it, our team needs some {2} days to look at it. The code of your request will be {3}. Please give it in every message, so that nobody has to ask you for your details twice.",
        "No problem at all. Just visit {0} and use the form that is named {1}. After you have sent it, please be patient for {2} days while our team looks at your details. Your case is kept under the code {3}, which you should give when you write to us or want to know what has become of your request.",
        "You can do this yourself. The page is called {0}, and the form to use there is {1}. Our team answers such requests within {2} days, in the order in which they come in, so there is no need to send it twice. Keep {3} for your records. It is the code that tells us which case you are writing about.",
    ];

    private readonly Random _random = new(seed);

    /// <inheritdoc/>
    public string Answer(string row) => string.Format(CultureInfo.InvariantCulture, Renderings[_random.Next(Renderings.Length)], Facts(row));

    /// <inheritdoc/>
    public bool IsAnswerTo(string row, string answer) =>
        Renderings.Any(rendering => string.Format(CultureInfo.InvariantCulture, rendering, Facts(row)) == answer);

    private static object[] Facts(string row)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(row));
        return [Places[hash[0] % Places.Length], Things[hash[1] % Things.Length], 2 + (hash[2] % 28), $"{(char)('A' + (hash[3] % 26))}{1000 + (((hash[4] << 8) | hash[5]) % 9000)}"];
    }
}
