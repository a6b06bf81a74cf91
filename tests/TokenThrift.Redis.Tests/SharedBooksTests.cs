using CsCheck;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;
using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.Requests;

namespace TokenThrift.Redis.Tests;

/// <summary>Several machines on one set of books.</summary>
public sealed class SharedBooksTests(Garnet engine) : IClassFixture<Garnet>
{
    private static readonly BudgetEntry Row = new("user/all/alice", 0);
    private readonly string _prefix = Guid.NewGuid().ToString("N");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero));

    // Whichever machine takes the next step, it does what one that keeps all books by itself would do.
    [Fact]
    public Task Machines_that_take_turns_do_as_one_would() => Gen.Int[0, 1 << 24].List[1, 120].SampleAsync(
        async rolls =>
        {
            var time = new FakeTimeProvider(new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero));
            string prefix = Guid.NewGuid().ToString("N");
            IBudgetLedger[] machines = [.. Enumerable.Range(0, 3).Select(_ => new BudgetLedger(Store(prefix), time))];
            var model = new BudgetLedger(new MemoryBudgetStore(), time);
            int ids = 0;
            foreach (int roll in rolls)
            {
                IBudgetLedger machine = machines[roll % 3];
                string id = $"h{(roll >> 4) % Math.Max(1, ids + 1)}";
                BudgetAmounts amounts = Amounts((roll >> 8) % 40);
                string real = await ActAsync(machine), expected = await ActAsync(model);
                Assert.Equal(expected, real);

                async Task<string> ActAsync(IBudgetLedger ledger)
                {
                    switch ((roll >> 16) % 12)
                    {
                        case 0 or 1 or 2 or 3:
                            string allocation = $"h{(roll >> 10) % Math.Max(1, ids)}";
                            return Text(await ledger.ReserveAsync(new BudgetReservation { Id = $"h{ids}", Demands = Demands(roll), Amounts = amounts, Allocation = roll % 5 == 0 ? allocation : null, TimeToLive = TimeSpan.FromMinutes(1 + ((roll >> 5) % 20)) }));
                        case 4:
                            return Text(await ledger.AllocateAsync(new BudgetReservation { Id = $"h{ids}", Demands = Demands(roll), Amounts = amounts, TimeToLive = TimeSpan.FromMinutes(30) }));
                        case 5:
                            return $"{await ledger.MarkSentAsync(id)}";
                        case 6 or 7:
                            return $"{await ledger.SettleAsync(id, amounts, BudgetEvidence.Reported)}";
                        case 8:
                            return $"{await ledger.VoidAsync(id, roll % 2 == 0)}";
                        case 9:
                            return $"{await ledger.CorrectAsync($"c{roll % 7}", id, amounts)}";
                        case 10:
                            return $"{await ledger.ReturnAsync(id)} {await ledger.ExtendAsync(id, TimeSpan.FromMinutes(roll % 60))}";
                        default:
                            return string.Join(';', (await ledger.ExpireAsync()).Select(Text));
                    }
                }

                ids += (roll >> 16) % 12 <= 4 ? 1 : 0;
                time.Advance(TimeSpan.FromSeconds(roll % 97 == 0 ? 4_000 : roll % 200));
            }

            BudgetDemand[] all = [.. Enumerable.Range(0, 16).SelectMany(Demands).DistinctBy(d => d.Entry)];
            IReadOnlyList<BudgetBalance> balances = await model.ReadAsync(all);
            foreach (IBudgetLedger machine in machines)
            {
                Assert.Equal(balances, await machine.ReadAsync(all));
            }

            BudgetDemand[] Demands(int roll) => [.. new[] { BudgetWindow.Lifetime, BudgetWindow.Hour, BudgetWindow.Rolling(TimeSpan.FromHours(1)), BudgetWindow.Day }
                .Where((_, i) => ((roll >> i) & 1) == 1)
                .Select(window => BudgetDemand.On(new BudgetScope(BudgetScopeKind.User, "alice"), window, [Limit.Calls(60).Per(window)], time.GetUtcNow()))];
        },
        iter: 60);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Stampede_of_machines_spends_exactly_what_there_is(int machines)
    {
        var options = new BudgetOptions { HoldWait = TimeSpan.FromMinutes(2) };
        options.Limits.Add(new ScopeLimit { Scope = BudgetScopeKind.Tenant, Id = "t", Usd = 5.00m });
        BudgetService[] budgets = [.. Enumerable.Range(0, machines).Select(_ => new BudgetService(options, new BudgetLedger(Store(_prefix, engine.Connect()))))];
        var request = new BudgetRequest { Identity = new RequestIdentity { Tenant = "t" }, WorstCase = new BudgetAmounts { Usd = NanoUsd.FromUsd(0.10m), Calls = 1 } };
        bool[] admitted = await Task.WhenAll(Enumerable.Range(0, 400).Select(i => Task.Run(async () =>
        {
            try
            {
                BudgetLease lease = await budgets[i % machines].HoldAsync(request);
                await lease.MarkSentAsync();
                await lease.SettleAsync(request.WorstCase, BudgetEvidence.Reported);
                return true;
            }
            catch (BudgetExceededException)
            {
                return false;
            }
        })));
        Assert.Equal(50, admitted.Count(a => a));
        BudgetDemand account = BudgetDemand.On(new BudgetScope(BudgetScopeKind.Tenant, "t"), BudgetWindow.Lifetime, [], DateTimeOffset.UnixEpoch);
        BudgetBalance balance = (await new BudgetLedger(Store(_prefix)).ReadAsync([account]))[0];
        Assert.Equal((NanoUsd.FromUsd(5.00m), NanoUsd.Zero), (balance.Posted.Usd, balance.Held.Usd));
    }

    [Fact]
    public async Task Steps_of_all_machines_follow_one_another()
    {
        RedisBudgetStore[] stores = [.. Enumerable.Range(0, 4).Select(_ => Store(_prefix, engine.Connect()))];
        string[] names = ["a", "b", "c"];
        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () =>
        {
            var random = new Random(i);
            for (int n = 0; n < 50; n++)
            {
                string from = names[random.Next(3)], to = names[random.Next(3)];
                await stores[i % 4].TransactAsync(
                    static (books, move) =>
                    {
                        // What one step has read, no other may change before it has written: the sum of all is always nought.
                        Assert.Equal(default, books.Sum("a", 0).Posted + books.Sum("b", 0).Posted + books.Sum("c", 0).Posted);
                        books.Add(new BudgetEntry(move.From, 0), Amounts(-1), default);
                        books.Add(new BudgetEntry(move.To, 0), Amounts(1), default);
                        return true;
                    },
                    (From: from, To: to));
            }
        })));
        Assert.Equal(default, await Store(_prefix).TransactAsync(static (books, _) => books.Sum("a", 0).Posted + books.Sum("b", 0).Posted + books.Sum("c", 0).Posted, 0));
    }

    [Fact]
    public async Task Step_that_fails_only_for_what_it_did_not_know_is_taken_again()
    {
        RedisBudgetStore one = Store(_prefix), other = Store(_prefix);
        await AddAsync(one, 1);
        await AddAsync(other, 1);
        int runs = 0;
        Assert.Equal(Amounts(2), await one.TransactAsync(
            (books, _) =>
            {
                runs++;
                BudgetAmounts posted = books.Sum(Row.Account, 0).Posted;
                return posted == Amounts(2) ? posted : throw new InvalidOperationException("It knows only its own.");
            },
            0));
        Assert.Equal(2, runs);
        await Assert.ThrowsAsync<NotSupportedException>(async () => await one.TransactAsync<int, int>(static (_, _) => throw new NotSupportedException(), 0));
    }

    [Fact]
    public async Task Step_beside_one_that_fails_is_kept_and_the_failing_one_is_not()
    {
        RedisBudgetStore store = Store(_prefix);
        Task[] steps = [.. Enumerable.Range(0, 100).Select(async i => await store.TransactAsync(
            static (books, n) =>
            {
                books.Add(Row, Amounts(1), default);
                return n % 3 == 0 ? throw new NotSupportedException() : true;
            },
            i))];
        await Task.WhenAll(steps.Select(step => step.ContinueWith(static _ => { }, TaskScheduler.Default)));
        Assert.Equal(34, steps.Count(step => step.Exception?.InnerException is NotSupportedException));
        Assert.Equal(Amounts(66), (await BalanceAsync(store)).Posted);
    }

    [Fact]
    public async Task Hold_of_a_machine_that_died_is_ended_by_another()
    {
        BudgetLedger dead = new(Store(_prefix), _time), alive = new(Store(_prefix), _time);
        BudgetDemand demand = BudgetDemand.On(new BudgetScope(BudgetScopeKind.User, "alice"), BudgetWindow.Lifetime, [Limit.Calls(1)], _time.GetUtcNow());
        for (int i = 0; i < 700; i++)
        {
            await dead.ReserveAsync(new BudgetReservation { Id = $"d{i}", Demands = i == 0 ? [demand] : [], Amounts = new BudgetAmounts { Calls = 1 }, TimeToLive = TimeSpan.FromMinutes(1) });
        }

        await dead.MarkSentAsync("d0");
        Assert.False((await alive.ReserveAsync(Ask("a"))).IsAdmitted);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(500, (await alive.ExpireAsync()).Count);
        Assert.Equal(200, (await alive.ExpireAsync()).Count);
        Assert.Empty(await dead.ExpireAsync());
        Assert.Equal(BudgetHoldPhase.Unknown, (await dead.FindAsync("d0"))!.Phase);
        Assert.Equal(BudgetHoldPhase.Voided, (await dead.FindAsync("d1"))!.Phase);
        Assert.False((await alive.ReserveAsync(Ask("b"))).IsAdmitted);
        Assert.Equal(BudgetOutcome.Late, await alive.VoidAsync("d0", knownUnbilled: true));
        Assert.True((await alive.ReserveAsync(Ask("c"))).IsAdmitted);

        BudgetReservation Ask(string id) => new() { Id = id, Demands = [demand], Amounts = new BudgetAmounts { Calls = 1 } };
    }

    [Fact]
    public async Task What_another_hand_removed_or_put_there_is_seen()
    {
        RedisBudgetStore store = Store(_prefix);
        await AddAsync(store, 5);
        IDatabase database = engine.Connection.GetDatabase();
        string key = $"{{{_prefix}}}:a:{Row.Account}";
        RedisValue kept = await database.StringGetAsync(key);
        await database.KeyDeleteAsync(key);
        Assert.Equal(default, await BalanceAsync(store));
        await AddAsync(store, 1);
        await database.StringSetAsync(key, kept);
        Assert.Equal(Amounts(5), (await BalanceAsync(store)).Posted);

        await store.TransactAsync(static (books, hold) => Put(books, hold), Hold("gone", _time.GetUtcNow()));
        await database.KeyDeleteAsync($"{{{_prefix}}}:h:gone");
        Assert.Equal(1, await database.SortedSetLengthAsync($"{{{_prefix}}}:open"));
        Assert.Empty(await new BudgetLedger(store, _time).ExpireAsync());
        Assert.Equal(0, await database.SortedSetLengthAsync($"{{{_prefix}}}:open"));
    }

    [Theory]
    [InlineData("no version")]
    [InlineData("word")]
    [InlineData(" ")]
    [InlineData("v 1 2 3")]
    [InlineData("v 0 a b c d e f g h i j")]
    public async Task What_cannot_be_read_is_an_error_and_not_an_empty_account(string value)
    {
        RedisBudgetStore store = Store(_prefix);
        await engine.Connection.GetDatabase().StringSetAsync($"{{{_prefix}}}:a:{Row.Account}", value);
        await Assert.ThrowsAsync<FormatException>(async () => await AddAsync(store, 1));
        Assert.Equal(value, (string?)await engine.Connection.GetDatabase().StringGetAsync($"{{{_prefix}}}:a:{Row.Account}"));
    }

    [Fact]
    public async Task One_thing_that_cannot_be_read_keeps_nobody_else_from_going_on()
    {
        RedisBudgetStore store = Store(_prefix);
        var ledger = new BudgetLedger(store, _time);
        IDatabase database = engine.Connection.GetDatabase();
        await store.TransactAsync(static (books, hold) => Put(books, hold), Hold("spoilt", _time.GetUtcNow()));
        await database.StringSetAsync($"{{{_prefix}}}:h:spoilt", "v {}");
        await database.StringSetAsync($"{{{_prefix}}}:a:{Row.Account}", "v spoilt");
        Task<BudgetDecision>[] asks = [.. Enumerable.Range(0, 40).Select(async i => await ledger.ReserveAsync(new BudgetReservation
        {
            Id = $"{i}",
            Demands = [BudgetDemand.On(new BudgetScope(BudgetScopeKind.User, i % 2 == 0 ? "alice" : "bob"), BudgetWindow.Lifetime, [Limit.Calls(100)], _time.GetUtcNow())],
            Amounts = new BudgetAmounts { Calls = 1 },
        }))];
        await Task.WhenAll(asks.Select(ask => ask.ContinueWith(static _ => { }, TaskScheduler.Default)));
        Assert.All(asks.Where((_, i) => i % 2 == 1), ask => Assert.True(ask.Result.IsAdmitted));
        Assert.All(asks.Where((_, i) => i % 2 == 0), ask => Assert.Contains("alice", Assert.IsType<FormatException>(ask.Exception!.InnerException).Message, StringComparison.Ordinal));
        await Assert.ThrowsAsync<FormatException>(async () => await ledger.FindAsync("spoilt"));
        Assert.Equal(21, await database.SortedSetLengthAsync($"{{{_prefix}}}:open"));
    }

    [Fact]
    public async Task What_has_ended_ends_in_the_store_and_what_counts_stays()
    {
        RedisBudgetStore store = Store(_prefix);
        var ledger = new BudgetLedger(store, _time);
        var alice = new BudgetScope(BudgetScopeKind.User, "alice");
        BudgetDemand daily = BudgetDemand.On(alice, BudgetWindow.Day, [], _time.GetUtcNow()), lifetime = BudgetDemand.On(alice, BudgetWindow.Lifetime, [], _time.GetUtcNow());
        BudgetDemand task = BudgetDemand.On(new BudgetScope(BudgetScopeKind.Task, "t"), BudgetWindow.Lifetime, [], _time.GetUtcNow());
        foreach (string id in new[] { "open", "settled" })
        {
            await ledger.ReserveAsync(new BudgetReservation { Id = id, Demands = [daily, lifetime], Amounts = new BudgetAmounts { Calls = 1 } });
        }

        await ledger.ReserveAsync(new BudgetReservation { Id = "of-task", Demands = [task], Amounts = new BudgetAmounts { Calls = 1 } });
        await ledger.ForgetAsync(task.Entry.Account);
        Assert.Null(await LifeAsync("a:" + task.Entry.Account));
        await ledger.SettleAsync("of-task", new BudgetAmounts { Calls = 1 }, BudgetEvidence.Reported);
        await ledger.SettleAsync("settled", new BudgetAmounts { Calls = 1 }, BudgetEvidence.Reported);
        await ledger.CorrectAsync("c", "settled", new BudgetAmounts { Calls = 2 });
        await ledger.ForgetAsync(task.Entry.Account);

        Assert.Null(await LifeAsync("h:open"));
        Assert.Null(await LifeAsync("a:" + lifetime.Entry.Account));
        Assert.Equal(62, (await LifeAsync("h:settled"))!.Value.TotalDays, 0.1);
        Assert.Equal(62, (await LifeAsync("c:c"))!.Value.TotalDays, 0.1);
        Assert.Equal(62, (await LifeAsync("a:" + task.Entry.Account))!.Value.TotalDays, 0.1);
        Assert.Equal(400, (await LifeAsync("a:" + daily.Entry.Account))!.Value.TotalDays, 0.1);

        // A sub-task that goes on after its task has ended.
        await ledger.ReserveAsync(new BudgetReservation { Id = "again", Demands = [task], Amounts = new BudgetAmounts { Calls = 1 } });
        Assert.Null(await LifeAsync("a:" + task.Entry.Account));

        async Task<TimeSpan?> LifeAsync(string name) => (await engine.LivesAsync())[$"{{{_prefix}}}:{name}"];
    }

    [Fact]
    public async Task Rolling_window_of_a_year_keeps_all_that_counts_and_little_more()
    {
        RedisBudgetStore store = Store(_prefix);
        var window = BudgetWindow.Rolling(TimeSpan.FromDays(366));
        var scope = new BudgetScope(BudgetScopeKind.User, "alice");
        for (int day = 0; day < 3 * 366; day++)
        {
            BudgetDemand demand = BudgetDemand.On(scope, window, [], _time.GetUtcNow());
            await store.TransactAsync(static (books, entry) => books.Add(entry, Amounts(1), default), demand.Entry);
            _time.Advance(TimeSpan.FromDays(1));
        }

        BudgetDemand now = BudgetDemand.On(scope, window, [], _time.GetUtcNow());
        long counted = (await Store(_prefix).TransactAsync(static (books, d) => books.Sum(d.Entry.Account, d.From), now)).Posted.Calls;
        Assert.InRange(counted, 366, 380);
        Assert.InRange((await engine.Connection.GetDatabase().StringGetAsync($"{{{_prefix}}}:a:{now.Entry.Account}")).Length(), 1_000, 9_000);
    }

    [Fact]
    public async Task Caller_who_gives_up_while_waiting_changes_nothing()
    {
        RedisBudgetStore store = Store(_prefix);
        using var entered = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        using var stop = new CancellationTokenSource();
        Task<bool> first = Task.Run(async () => await store.TransactAsync(
            (_, _) =>
            {
                entered.Release();
                go.Wait();
                return true;
            },
            0));
        await entered.WaitAsync();
        Task<BudgetBalance> waiting = store.TransactAsync(static (books, row) => books.Add(row, Amounts(1), default), Row, stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        go.Release();
        Assert.True(await first);
        Assert.Equal(default, await BalanceAsync(store));
    }

    private static BudgetAmounts Amounts(long n) => new() { Usd = new(n), InputTokens = 2 * n, OutputTokens = 3 * n, Calls = n, Milliseconds = 4 * n };

    private static BudgetHold Hold(string id, DateTimeOffset now) => new() { Id = id, Entries = [], CreatedAt = now, ExpiresAt = now };

    private static bool Put(IBudgetTransaction books, BudgetHold hold)
    {
        books.PutHold(hold);
        return true;
    }

    private static string Text(BudgetDecision d) => $"{d.IsAdmitted} {d.IsConflict} {d.IsWaitable} {d.Broken?.Posted} {d.Broken?.Held} {(d.Hold is { } hold ? Text(hold) : "")}";

    private static string Text(BudgetHold h) => $"{h with { Entries = [] }} on {string.Join(',', h.Entries)}";

    private static ValueTask<BudgetBalance> AddAsync(RedisBudgetStore store, long n) => store.TransactAsync(static (books, a) => books.Add(Row, Amounts(a), default), n);

    private static ValueTask<BudgetBalance> BalanceAsync(RedisBudgetStore store) => store.TransactAsync(static (books, _) => books.Sum(Row.Account, 0), 0);

    private RedisBudgetStore Store(string prefix, IConnectionMultiplexer? connection = null) => new(connection ?? engine.Connection, new RedisBudgetStoreOptions { KeyPrefix = prefix });
}
