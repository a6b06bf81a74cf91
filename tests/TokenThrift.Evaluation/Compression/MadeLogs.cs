using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace TokenThrift.Evaluation.Compression;

/// <summary>Logs in ten formats, written for this program: seeded lines of known templates, a few common and most of them rare.</summary>
internal static class MadeLogs
{
    private static readonly string[] Users = ["alice", "bora", "chen", "dipa", "emeka", "farah", "goran", "hana", "ivo", "jun", "kofi", "lena", "mateo", "nia"];
    private static readonly string[] Services = ["ledger", "invoices", "gateway", "mailer", "search", "reports", "archive", "rates", "payments", "identity", "calendar", "printing"];

    // What happened, apart from how a format writes it. {0} a number, {1} a user, {2} a service, {3} an address, {4} a path, {5} a long id.
    private static readonly string[] Events =
    [
        "request {5} finished in {0} ms with status 200", "connection from {3}:{0} accepted", "session of {1} renewed for {0} seconds", "cache hit for key {5}", "heartbeat of {2} received from {3}",
        "posted batch {0} with {0} entries to {2}", "read {0} bytes from {4}", "job {5} queued behind {0} others", "user {1} opened report {0}", "lock on {4} taken by worker {0}",
        "rotating {4} after {0} megabytes", "garbage collection paused {0} ms", "replica {3} is {0} entries behind", "configuration reloaded from {4}", "schedule of {2} moved by {0} minutes",
        "certificate {5} expires in {0} days", "snapshot {5} written to {4}", "listening on port {0}", "leader elected: node {0} in term {0}", "shutting down after {0} requests",
    ];

    private static readonly string[] Alarms =
    [
        "request {5} failed after {0} ms: timeout of {2}", "cannot write {4}: no space left on device", "retry {0} of {2} for {1}", "refused connection from {3}",
    ];

    private static readonly Dictionary<string, Func<int, string, string, string, string>> Formats = new(StringComparer.Ordinal)
    {
        ["log4j"] = (i, level, source, text) => $"{Stamp(i, "yyyy-MM-dd HH:mm:ss,fff")} {level,-5} [worker-{i % 16}] com.acme.{source}.Handler - {text}",
        ["console"] = (i, level, source, text) => $"{(level is "ERROR" ? "fail" : level[..4].ToLowerInvariant())}: Acme.{source}[{i % 40}] {Stamp(i, "HH:mm:ss.fff")} {text}",
        ["syslog"] = (i, level, source, text) => $"{Stamp(i, "MMM d HH:mm:ss")} host{i % 5} {source}[{1000 + (i % 700)}]: {level.ToLowerInvariant()}: {text}",
        ["python"] = (i, level, source, text) => $"{Stamp(i, "yyyy-MM-dd HH:mm:ss,fff")} - acme.{source} - {level} - {text}",
        ["logfmt"] = (i, level, source, text) => $"ts={Stamp(i, "yyyy-MM-ddTHH:mm:ss.fffZ")} level={level.ToLowerInvariant()} caller={source}.go:{i % 300} msg=\"{text}\"",
        ["json lines"] = (i, level, source, text) => new JsonObject { ["@t"] = Stamp(i, "yyyy-MM-ddTHH:mm:ss.fffffffZ"), ["@l"] = level, ["source"] = source, ["@m"] = text, ["span"] = $"{i:x8}" }.ToJsonString(),
        ["klog"] = (i, level, source, text) => $"{level[0]}{Stamp(i, "MMdd HH:mm:ss.ffffff")} {100 + (i % 30),7} {source}.go:{i % 900}] {text}",
        ["bracketed"] = (i, level, source, text) => $"[{Stamp(i, "ddd MMM dd HH:mm:ss yyyy")}] [{level.ToLowerInvariant()}] [pid {2000 + (i % 90)}] {source}: {text}",
        ["epoch"] = (i, level, source, text) => $"{1_760_000_000 + i} {level} {source} {text}",
        ["pipes"] = (i, level, source, text) => $"{Stamp(i, "yyyyMMdd-HH:mm:ss:fff")}|{source}|{30000 + (i % 2000)}|{level}|{text}",
    };

    public static IEnumerable<string> Names => Formats.Keys;

    /// <summary>Writes one log.</summary>
    /// <returns>Its lines, each with the template that it was made from and whether it was made as an error or a warning.</returns>
    public static List<(string Line, string Template, bool IsAlarm)> Make(string format, int lines, int seed)
    {
        // The same lines on every machine: System.Random's algorithm for a seed is fixed.
        var random = new Random(HashCode(format) + seed);
        var result = new List<(string, string, bool)>(lines);
        for (int i = 0; i < lines; i++)
        {
            bool isAlarm = random.Next(400) == 0;
            string[] events = isAlarm ? Alarms : Events;
            // A few events are most of a log: the rank falls off as the square of a uniform number.
            double u = random.NextDouble();
            string what = events[(int)(u * u * events.Length)];
            string source = Services[Array.IndexOf(events, what) % 4];
            string level = !isAlarm ? "INFO" : Array.IndexOf(Alarms, what) < 2 ? "ERROR" : "WARN";
            result.Add((Formats[format](i, level, source, Fill(what, random)), $"{level} {source} {what}", isAlarm));
        }

        return result;
    }

    private static string Fill(string what, Random random)
    {
        var text = new StringBuilder();
        for (int i = 0; i < what.Length; i++)
        {
            if (what[i] != '{')
            {
                text.Append(what[i]);
                continue;
            }

            text.Append(what[i + 1] switch
            {
                '0' => random.Next(1, 100_000).ToString(CultureInfo.InvariantCulture),
                '1' => Users[random.Next(Users.Length)],
                '2' => Services[random.Next(Services.Length)],
                '3' => string.Create(CultureInfo.InvariantCulture, $"10.{random.Next(4)}.{random.Next(256)}.{random.Next(256)}"),
                '4' => string.Create(CultureInfo.InvariantCulture, $"/var/lib/acme/{Services[random.Next(Services.Length)]}/{random.Next(1000)}.dat"),
                _ => random.NextInt64().ToString("x16", CultureInfo.InvariantCulture),
            });
            i += 2;
        }

        return text.ToString();
    }

    private static int HashCode(string text) => text.Aggregate(17, (hash, c) => (hash * 31) + c);

    private static string Stamp(int i, string format) =>
        new DateTime(2026, 1, 5, 8, 0, 0, DateTimeKind.Utc).AddMilliseconds(i * 137L).ToString(format, CultureInfo.InvariantCulture);
}
