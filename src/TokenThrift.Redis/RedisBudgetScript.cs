using System.Globalization;
using StackExchange.Redis;
using TokenThrift.Budgets;

namespace TokenThrift.Redis;

/// <summary>The one atomic step on the server: if all that was believed is true, all that was written is kept; else what is true comes back.</summary>
/// <remarks>
/// Every value begins with its version, a text that no other write ever has, so that a value that came back after a failover, or was made anew after it
/// ended, is never taken for the one that was read. The server does no arithmetic. All keys are declared and lie in one hash slot.
/// </remarks>
internal static class RedisBudgetScript
{
    // KEYS: the open holds by when they run out; then the keys that were read or written.
    // ARGV: moment, most, how many run out, their ids; how many keys, their versions; the new version; how many writes, and for each the number of its key,
    // its text, its life in seconds (0: no end) and what becomes of its place among the open holds (its id, and its moment or nothing); ids that stray there.
    private const string Text = """
        local at = 1
        local function take() at = at + 1 return ARGV[at - 1] end
        local stale = {}
        local moment, most, count = take(), take(), tonumber(take())
        local believed = {}
        for i = 1, count do believed[i] = take() end
        local changed = 0
        local due = {}
        if moment ~= '' then
          due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', moment, 'LIMIT', '0', most)
          if #due ~= count then changed = 1 end
          for i = 1, count do if due[i] ~= believed[i] then changed = 1 end end
        end
        local keys = tonumber(take())
        for i = 1, keys do
          local version = take()
          local value = redis.call('GET', KEYS[i + 1])
          local found = '0'
          if value then found = string.sub(value, 1, (string.find(value, ' ', 1, true) or 1) - 1) end
          if found ~= version then
            stale[#stale + 1] = tostring(i)
            if value then stale[#stale + 1] = '+' .. value else stale[#stale + 1] = '' end
          end
        end
        if changed == 1 or #stale > 0 then return {'0', tostring(changed), due, stale} end
        local version = take()
        local writes = tonumber(take())
        for i = 1, writes do
          local key, text, life, id, score = KEYS[tonumber(take()) + 1], take(), take(), take(), take()
          if life == '0' then redis.call('SET', key, version .. ' ' .. text) else redis.call('SET', key, version .. ' ' .. text, 'EX', life) end
          if id ~= '' then
            if score == '' then redis.call('ZREM', KEYS[1], id) else redis.call('ZADD', KEYS[1], score, id) end
          end
        end
        local strays = tonumber(take())
        for i = 1, strays do redis.call('ZREM', KEYS[1], take()) end
        return {'1'}
        """;

    // Longer than any window, which is a year and a day at most.
    private const long WindowLife = 400 * 86_400L;

    /// <summary>Runs it. Returns whether the books were found as they were believed to be, and all that was written is kept; else they know better now.</summary>
    /// <param name="database">The server.</param>
    /// <param name="prefix">What keys begin with.</param>
    /// <param name="books">The books.</param>
    /// <param name="version">A version that no other write ever has.</param>
    /// <param name="retention">How long what has ended is kept.</param>
    public static async Task<bool> RunAsync(IDatabaseAsync database, string prefix, RedisBudgetTransaction books, string version, TimeSpan retention)
    {
        string[] names = [.. books.Believed.Keys];
        RedisKey[] keys = [prefix + "open", .. names.Select(name => (RedisKey)(prefix + name))];
        RedisValue[] arguments = [.. Arguments(books, names, version, (long)retention.TotalSeconds)];
        RedisResult result = await database.ScriptEvaluateAsync(Text, keys, arguments).ConfigureAwait(false);
        if ((string?)result[0] == "1")
        {
            books.Committed(version);
            return true;
        }

        if ((string?)result[1] == "1")
        {
            books.SeeExpiring([.. ((string?[])result[2]!).OfType<string>()]);
        }

        string?[] stale = (string?[])result[3]!;
        for (int i = 0; i + 1 < stale.Length; i += 2)
        {
            string name = names[int.Parse(stale[i]!, CultureInfo.InvariantCulture) - 1];
            if (stale[i + 1] is { Length: > 0 } value)
            {
                int space = value.IndexOf(' ', StringComparison.Ordinal);
                books.See(name, space < 0 ? string.Empty : value[1..space], value[(space < 0 ? 1 : space + 1)..]);
            }
            else
            {
                books.See(name, RedisBudgetTransaction.Absent, null);
            }
        }

        return false;
    }

    private static IEnumerable<RedisValue> Arguments(RedisBudgetTransaction books, string[] names, string version, long retention)
    {
        bool asksForExpired = books.ExpiredBy is not null;
        yield return books.ExpiredBy is { } by ? Number(by) : string.Empty;
        yield return Number(books.MostExpired);
        yield return Number(asksForExpired ? books.Expiring.Count : 0);
        foreach (string id in asksForExpired ? books.Expiring : [])
        {
            yield return id;
        }

        yield return Number(names.Length);
        foreach (string name in names)
        {
            yield return books.Believed[name];
        }

        yield return version;
        yield return Number(books.Written.Count);
        for (int i = 0; i < names.Length; i++)
        {
            if (books.Written.TryGetValue(names[i], out object? value))
            {
                yield return Number(i + 1);
                yield return value switch { AccountRows rows => rows.Write(), BudgetHold hold => StoredHold.Write(hold), _ => (string)value };
                yield return Number(value switch
                {
                    AccountRows when books.Forgotten.Contains(names[i]) => retention,
                    AccountRows { IsLifetime: true } => 0,
                    AccountRows => WindowLife,
                    BudgetHold { IsOpen: true } => 0,
                    _ => retention,
                });
                yield return value is BudgetHold placed ? placed.Id : string.Empty;
                yield return value is BudgetHold { IsOpen: true } open ? Number(RedisBudgetTransaction.RunsOutAt(open)) : string.Empty;
            }
        }

        string[] stray = asksForExpired ? [.. books.Stray] : [];
        yield return Number(stray.Length);
        foreach (string id in stray)
        {
            yield return id;
        }
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
