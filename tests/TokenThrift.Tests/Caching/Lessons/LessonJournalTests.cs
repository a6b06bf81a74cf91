using CsCheck;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TokenThrift.Caching;
using TokenThrift.Caching.Answers;
using TokenThrift.Lessons;
using TokenThrift.Requests;
using TokenThrift.Tests.TestSupport;

namespace TokenThrift.Tests.Caching.Lessons;

public sealed class LessonJournalTests : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);
    private readonly List<ServiceProvider> _services = [];
    private readonly MemoryStore _shared = new();
    private readonly List<string> _faults = [];
    private string _key = "key";
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    // What a writer has written, every reader is given: once, in order, whoever writes between, restarts or forgets.
    [Fact]
    public Task Every_lesson_reaches_everybody_once_and_in_order() =>
        Gen.Int[0, 11].List[0, 400].SampleAsync(
            async steps =>
            {
                using var test = new LessonJournalTests();
                var writers = new Participant[3];
                var written = new Dictionary<string, int>();
                for (int i = 0; i < writers.Length; i++)
                {
                    writers[i] = await test.BeginAsync($"w{i}-0");
                }

                int restarts = 0;
                foreach (int step in steps)
                {
                    Participant writer = writers[step % 3];
                    if (step < 9)
                    {
                        written[writer.Name] = written.GetValueOrDefault(writer.Name) + 1;
                        await writer.LearnAsync(test.LessonOf(writer.Name, written[writer.Name]), isServed: step >= 6);
                    }
                    else
                    {
                        writers[step % 3] = await test.BeginAsync($"w{step % 3}-{++restarts}");
                    }

                    test._time.Advance(TimeSpan.FromSeconds(1));
                }

                Participant last = await test.BeginAsync("last");
                foreach (Participant reader in writers.Append(last))
                {
                    foreach (IGrouping<string, Lesson> by in reader.Given.GroupBy(lesson => lesson.Answer!.Partition))
                    {
                        Assert.NotEqual(reader.Name, by.Key);
                        int[] numbers = [.. by.Select(lesson => int.Parse(lesson.Answer!.Id, System.Globalization.CultureInfo.InvariantCulture))];
                        Assert.Equal(Enumerable.Range(1, numbers.Length), numbers);
                    }
                }

                // No more than a few of each are not written.
                foreach ((string name, int count) in written)
                {
                    Assert.InRange(count - last.Given.Count(lesson => lesson.Answer!.Partition == name), 0, test.Unwritten(name, count));
                }
            },
            iter: 60);

    [Fact]
    public async Task Audit_is_written_at_once()
    {
        Participant writer = await BeginAsync("w");
        for (int i = 1; i <= 20; i++)
        {
            await writer.LearnAsync(LessonOf("w", i), isServed: true);
        }

        Assert.Empty((await BeginAsync("early")).Given);
        await writer.LearnAsync(LessonOf("w", 21) with { IsAudit = true, Verdict = AnswerComparison.Different }, isServed: false);
        Assert.Equal(21, (await BeginAsync("late")).Given.Count);
    }

    [Fact]
    public async Task Learner_that_was_forgotten_and_is_met_again_goes_on_after_its_last_segment()
    {
        Participant writer = await BeginAsync("w");
        for (int i = 1; i <= 100; i++)
        {
            await writer.LearnAsync(LessonOf("w", i), isServed: false);
        }

        Participant again = await BeginAsync("w");
        int known = again.Given.Count;
        Assert.InRange(known, 92, 100);
        for (int i = known + 1; i <= known + 100; i++)
        {
            await again.LearnAsync(LessonOf("w", i), isServed: false);
        }

        Assert.InRange((await BeginAsync("reader")).Given.Count, known + 92, known + 100);
    }

    [Fact]
    public async Task Writer_that_is_not_listed_for_a_while_is_not_read_twice()
    {
        Participant one = await BeginAsync("one");
        Participant other = await BeginAsync("other");
        AnswerStore store = Store();
        for (int i = 1; i <= 60; i++)
        {
            await one.LearnAsync(LessonOf("one", i), isServed: false);
            string? before = await store.ReadAsync("k", CancellationToken.None);
            await other.LearnAsync(LessonOf("other", i), isServed: false);
            if (i % 3 == 0)
            {
                // As when both list theirs at the same moment: the one that is written last wins.
                await store.WriteAsync("k", before!.Replace("one", "nobody", StringComparison.Ordinal), Life, [CacheTags.All], CancellationToken.None);
                await other.Journal.ExchangeAsync(other.TakeAsync, CancellationToken.None);
            }
        }

        int[] given = [.. other.Given.Where(lesson => lesson.Answer!.Partition == "one").Select(lesson => int.Parse(lesson.Answer!.Id, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(Enumerable.Range(1, given.Length), given);
        Assert.InRange(given.Length, 40, 60);
    }

    [Fact]
    public async Task Learner_that_gave_up_overwrites_nothing_and_is_given_it_later()
    {
        Participant writer = await BeginAsync("w");
        for (int i = 1; i <= 70; i++)
        {
            await writer.LearnAsync(LessonOf("w", i), isServed: false);
        }

        var late = new Participant("w", Journal("w"), _served);
        late.Journal.GiveUp();
        await late.LearnAsync(LessonOf("w", 1000), isServed: false);
        Assert.InRange(late.Given.Count, 63, 70);
        Assert.Equal(late.Given.Count + 1, (await BeginAsync("reader")).Given.Count);
    }

    [Fact]
    public async Task List_that_cannot_be_read_is_begun_anew()
    {
        Participant writer = await BeginAsync("w");
        for (int i = 1; i <= 8; i++)
        {
            await writer.LearnAsync(LessonOf("w", i), isServed: false);
        }

        _key = "another";
        Participant other = await BeginAsync("o");
        Assert.Empty(other.Given);
        Assert.StartsWith("recall: ", Assert.Single(_faults), StringComparison.Ordinal);
        for (int i = 1; i <= 8; i++)
        {
            await other.LearnAsync(LessonOf("o", i), isServed: false);
        }

        Assert.Equal(8, (await BeginAsync("reader")).Given.Count);
    }

    [Fact]
    public async Task Store_that_fails_is_left_in_peace_for_a_minute()
    {
        Participant writer = await BeginAsync("w");
        _shared.IsReadOnly = true;
        for (int i = 1; i <= 50; i++)
        {
            // HybridCache keeps the faults of its second level to itself; what cannot be read is one that is seen.
            _shared.Hangs = string.Empty;
            Task learns = writer.LearnAsync(LessonOf("w", i), isServed: false);
            while (!learns.IsCompleted)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(1);
            }
        }

        Assert.Equal("exchange: It took longer than 00:00:10.", Assert.Single(_faults));
        (_shared.IsReadOnly, _shared.Hangs) = (false, null);
        _time.Advance(TimeSpan.FromMinutes(1));
        await writer.LearnAsync(LessonOf("w", 51), isServed: false);
        Assert.Equal(51, (await BeginAsync("reader")).Given.Count);
    }

    [Fact]
    public async Task What_is_read_too_late_is_not_taken_in()
    {
        Participant writer = await BeginAsync("w");
        await writer.LearnAsync(LessonOf("w", 1), isServed: false);
        var store = new LateStore(Store());
        var journal = new LessonJournal<Lesson>(store, LessonJson.Default.Lesson, "k", "late", Life, Guard(), _time);
        var late = new Participant("late", journal, _served);
        Task recall = journal.RecallAsync(late.TakeAsync, CancellationToken.None).AsTask();
        await store.Asked;
        _time.Advance(TimeSpan.FromSeconds(10));
        await recall;
        Assert.True(journal.IsRecalled);
        await late.LearnAsync(LessonOf("late", 1), isServed: false);
        Assert.Empty(late.Given);
        store.Answer();
        _time.Advance(TimeSpan.FromMinutes(1));
        for (int i = 2; i <= 100 && late.Given.Count == 0; i++)
        {
            await Task.Delay(20);
            await late.LearnAsync(LessonOf("late", i), isServed: false);
        }

        Assert.StartsWith("recall: ", Assert.Single(_faults), StringComparison.Ordinal);
        Assert.Equal("w", Assert.Single(late.Given).Answer!.Partition);
    }

    [Fact]
    public async Task Lesson_is_lost_where_its_learner_does_not_know_yet_what_is_kept()
    {
        Participant writer = await BeginAsync("w");
        await writer.LearnAsync(LessonOf("w", 1), isServed: false);
        LessonJournal<Lesson> fresh = Journal("w");
        Assert.False(fresh.Add(LessonOf("w", 1), []));
        Assert.Single((await BeginAsync("reader")).Given);
    }

    [Fact]
    public async Task Long_life_keeps_no_more_than_is_ever_learnt_from()
    {
        Participant writer = await BeginAsync("w");
        for (int i = 1; i <= 64 * 140; i++)
        {
            await writer.LearnAsync(LessonOf("w", i), isServed: false);
        }

        List<Lesson> given = (await BeginAsync("reader")).Given;
        Assert.Equal(64 * 128, given.Count);
        Assert.Equal("8960", given[^1].Answer!.Id);
    }

    [Fact]
    public async Task Lessons_end_with_their_life()
    {
        Participant writer = await BeginAsync("w");
        await writer.LearnAsync(LessonOf("w", 1), isServed: false);
        _time.Advance(Life / 2);
        await writer.LearnAsync(LessonOf("w", 2), isServed: false);
        Assert.All(_shared.Lives, entry => Assert.True(entry.Value <= Life, entry.ToString()));
        Assert.Equal(2, (await BeginAsync("reader")).Given.Count);
        _time.Advance(Life + TimeSpan.FromSeconds(1));
        Assert.Empty((await BeginAsync("later")).Given);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no list")]
    [InlineData("w 0 0 1")]
    [InlineData("w 0 -1 1 0")]
    [InlineData("w x 0 1 0\n\n w 0 0 1 0")]
    public async Task Damaged_list_is_an_empty_one(string list)
    {
        AnswerStore store = Store();
        await store.WriteAsync("k", list, Life, [CacheTags.All], CancellationToken.None);
        Participant reader = await BeginAsync("r");
        Assert.Empty(reader.Given);
        await reader.LearnAsync(LessonOf("r", 1), isServed: false);
        Assert.Single((await BeginAsync("next")).Given);
    }

    [Fact]
    public async Task Damaged_segment_costs_its_own_lessons()
    {
        Participant writer = await BeginAsync("w");
        for (int i = 1; i <= 128; i++)
        {
            await writer.LearnAsync(LessonOf("w", i), isServed: false);
        }

        await Store().WriteAsync("k:w:0", "{ damaged", Life, [CacheTags.All], CancellationToken.None);
        Assert.Equal(64, (await BeginAsync("reader")).Given.Count);
    }

    [Fact]
    public void Form_in_which_lessons_are_kept_gives_back_what_went_in()
    {
        Lesson lesson = new()
        {
            At = 1,
            Evidence = [1, 2, 3],
            IsInQuestion = true,
            EstimatedError = 0.25,
            IsServed = true,
            IsAudit = true,
            IsReport = true,
            Verdict = AnswerComparison.Unknown,
            Propensity = 0.5,
            Foretold = 0.125,
            IsAboutFolding = true,
            Kept = "g",
            Verifier = new VerifierLesson(false, 0.5, 0.25),
            Answer = new LearntAnswer { Id = "i", Partition = "p", Question = "q\n\"é", Text = string.Empty, Group = "h", Joined = "j", Nearest = "n", Vector = [4], CreatedAt = 2, Worth = 3, IsStored = true },
        };
        string line = System.Text.Json.JsonSerializer.Serialize(lesson, LessonJson.Default.Lesson);
        Assert.DoesNotContain('\n', line);
        Lesson read = System.Text.Json.JsonSerializer.Deserialize(line, LessonJson.Default.Lesson)!;
        Assert.Equal(line, System.Text.Json.JsonSerializer.Serialize(read, LessonJson.Default.Lesson));
        Assert.Equal(lesson.Answer, read.Answer! with { Vector = lesson.Answer.Vector });
        Assert.Equal(lesson, read with { Evidence = lesson.Evidence, Answer = lesson.Answer });
    }

    public void Dispose() => _services.ForEach(services => services.Dispose());

    // Hits are not written on their own account.
    private int Unwritten(string name, int count) => Math.Min(count, 8 + 8 + _served.GetValueOrDefault(name));

    private readonly Dictionary<string, int> _served = [];

    private Lesson LessonOf(string writer, int number) => new()
    {
        At = _time.GetUtcNow().ToUnixTimeMilliseconds(),
        Answer = new LearntAnswer { Id = $"{number}", Partition = writer, Question = "q", Group = "g", CreatedAt = 0 },
    };

    private AnswerStore Store()
    {
        var services = new ServiceCollection();
        services.AddSingleton<Microsoft.Extensions.Caching.Distributed.IDistributedCache>(_shared);
        services.AddHybridCache();
        ServiceProvider provider = services.BuildServiceProvider();
        _services.Add(provider);
        return new AnswerStore(provider.GetRequiredService<HybridCache>(), new SemanticCachingOptions { Secret = "s", Protector = new AesPayloadProtector(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(_key))) }, _time);
    }

    private LessonJournal<Lesson> Journal(string writer) => new(
        Store(), LessonJson.Default.Lesson, "k", writer, Life, Guard(), _time);

    private StoreGuard Guard() => new(new HelperTimeout(TimeSpan.FromSeconds(10), _time), (what, fault) => _faults.Add($"{what}: {fault.Message}"), _time);

    private async Task<Participant> BeginAsync(string name)
    {
        var participant = new Participant(name, Journal(name), _served);
        await participant.Journal.RecallAsync(participant.TakeAsync, CancellationToken.None);
        return participant;
    }

    // The first that is read does not come in time, whatever is cancelled.
    private sealed class LateStore(ILessonStore store) : ILessonStore
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        public void Answer() => _answer.SetResult();

        public async ValueTask<string?> ReadAsync(string key, CancellationToken cancellationToken)
        {
            if (_asked.TrySetResult())
            {
                await _answer.Task;
            }

            return await store.ReadAsync(key, CancellationToken.None);
        }

        public ValueTask WriteAsync(string key, string text, TimeSpan life, IReadOnlyCollection<string> tags, CancellationToken cancellationToken) =>
            store.WriteAsync(key, text, life, tags, cancellationToken);
    }

    private sealed class Participant(string name, LessonJournal<Lesson> journal, Dictionary<string, int> served)
    {
        public string Name => name;

        public LessonJournal<Lesson> Journal => journal;

        public List<Lesson> Given { get; } = [];

        public ValueTask TakeAsync(IReadOnlyList<Lesson> lessons, CancellationToken cancellationToken)
        {
            Given.AddRange(lessons);
            return ValueTask.CompletedTask;
        }

        public async Task LearnAsync(Lesson lesson, bool isServed)
        {
            served[name] = isServed ? served.GetValueOrDefault(name) + 1 : 0;
            if (journal.Add(lesson with { IsServed = isServed }, []))
            {
                await journal.ExchangeAsync(TakeAsync, CancellationToken.None);
            }
        }
    }
}
