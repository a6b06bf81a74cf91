using System.Collections.Frozen;

namespace TokenThrift.Caching;

/// <summary>Words of which one turns an answer into that of the other.</summary>
internal static class Opposites
{
    private static readonly string[] Prefixes = ["un", "in", "im", "il", "ir", "dis", "de", "non", "dés", "des", "mis"];

    private static readonly FrozenDictionary<string, string[]> Pairs = Make("""
        enable/disable enabled/disabled activate/deactivate allow/block allow/deny allow/forbid allowed/prohibited permitted/prohibited permitted/forbidden
        accept/reject accept/decline accepted/rejected accepted/refused approve/reject approve/deny approved/rejected approved/denied grant/revoke
        show/hide include/exclude included/excluded open/close open/closed opened/closed opening/closing on/off in/out up/down start/stop start/end begin/end
        pass/fail passed/failed succeed/fail succeeds/fails success/failure increase/decrease increase/reduce raise/lower rise/fall rose/fell rises/sets rise/set
        add/remove insert/delete create/delete create/destroy buy/sell lend/borrow lent/borrowed import/export upload/download push/pull encode/decode
        encrypt/decrypt compress/decompress lock/unlock mute/unmute attach/detach connect/disconnect install/uninstall subscribe/unsubscribe
        before/after first/last oldest/newest old/new older/newer earliest/latest early/late more/less more/fewer most/least maximum/minimum max/min
        largest/smallest larger/smaller biggest/smallest bigger/smaller large/small big/small highest/lowest higher/lower high/low longest/shortest longer/shorter
        long/short fastest/slowest faster/slower fast/slow cheapest/dearest cheap/expensive cheapest/priciest best/worst better/worse good/bad
        ascending/descending above/below over/under left/right north/south east/west upgrade/downgrade gain/lose gained/lost win/lose won/lost
        love/hate like/dislike legal/illegal safe/dangerous hot/cold warm/cool wet/dry light/dark inside/outside internal/external public/private
        male/female men/women man/woman boy/girl father/mother husband/wife son/daughter brother/sister uncle/aunt
        advantages/disadvantages benefits/drawbacks pros/cons strengths/weaknesses profit/loss income/expense credit/debit deposit/withdraw deposit/withdrawal
        send/receive sent/received arrive/depart arrival/departure arrivals/departures entrance/exit enter/leave always/never everyone/nobody all/none with/without
        true/false yes/no positive/negative plus/minus full/empty empty/non-empty alive/dead birth/death born/died marry/divorce hire/fire
        temporary/permanent manual/automatic optional/required mandatory/optional major/minor beta/final preview/stable alpha/beta
        morning/evening day/night today/tomorrow today/yesterday summer/winter spring/autumn weekday/weekend
        aktivieren/deaktivieren activer/désactiver ouvert/fermé ouvertes/fermées abiertas/cerradas abierto/cerrado aberto/fechado offen/geschlossen mit/ohne avec/sans con/sin 开/关
        """);

    private static readonly FrozenDictionary<string, int> Series = MakeSeries(
        "january february march april may june july august september october november december",
        "monday tuesday wednesday thursday friday saturday sunday",
        "montag dienstag mittwoch donnerstag freitag samstag sonntag",
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "spring summer autumn winter");

    /// <summary>Tells whether one of two questions has the opposite of a word that only the other has.</summary>
    public static bool Between(HashSet<string> left, HashSet<string> right)
    {
        foreach (string word in left)
        {
            if (right.Contains(word))
            {
                continue;
            }

            if (Pairs.TryGetValue(word, out string[]? opposites) && opposites.Any(opposite => right.Contains(opposite) && !left.Contains(opposite)))
            {
                return true;
            }

            if (right.Any(other => !left.Contains(other) && (IsDenial(word, other) || IsDenial(other, word) || AreOfOneSeries(word, other))))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsDenial(string word, string other)
    {
        foreach (string prefix in Prefixes)
        {
            if (other.Length == word.Length + prefix.Length && word.Length > 2 && other.StartsWith(prefix, StringComparison.Ordinal) && other.EndsWith(word, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static bool AreOfOneSeries(string word, string other) =>
        Series.TryGetValue(word, out int one) && Series.TryGetValue(other, out int two) && one == two;

    private static FrozenDictionary<string, int> MakeSeries(params string[] lists) => lists
        .SelectMany((list, i) => list.Split(' ').Select(word => (word, i)))
        .DistinctBy(pair => pair.word)
        .ToFrozenDictionary(pair => pair.word, pair => pair.i, StringComparer.Ordinal);

    private static FrozenDictionary<string, string[]> Make(string text) => text
        .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('/'))
        .SelectMany(pair => ((string, string)[])[(pair[0], pair[1]), (pair[1], pair[0])])
        .GroupBy(pair => pair.Item1, pair => pair.Item2, StringComparer.Ordinal)
        .ToFrozenDictionary(group => group.Key, group => group.Distinct().ToArray(), StringComparer.Ordinal);
}
