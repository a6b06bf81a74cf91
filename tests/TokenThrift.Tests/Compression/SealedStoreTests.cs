using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using TokenThrift.Compression;
using TokenThrift.Tests.TestSupport;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Compression;

/// <summary>Originals in a store that others can look into.</summary>
public class SealedStoreTests
{
    private readonly MemoryStore _store = new();

    [Fact]
    public async Task Original_is_read_by_those_alone_who_know_the_secret()
    {
        await Store("shared").KeepAsync("tenant", "name", "the payroll of March", CancellationToken.None);
        Assert.Equal("the payroll of March", await Store("shared").FindAsync("tenant", "name", CancellationToken.None));
        Assert.Equal("the payroll of March", await Store("shared").FindLatestAsync("tenant", "name", CancellationToken.None));
        Assert.Null(await Store("another").FindAsync("tenant", "name", CancellationToken.None));
        Assert.Null(await Store(null).FindAsync("tenant", "name", CancellationToken.None));
        Assert.Null(await Store("shared").FindAsync("other tenant", "name", CancellationToken.None));
        Assert.All(["payroll", "tenant", "name", "shared"], word => Assert.DoesNotContain(word, _store.All, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Original_that_was_changed_or_moved_is_as_good_as_none()
    {
        await Store("shared").KeepAsync("tenant", "one", "first", CancellationToken.None);
        string one = Assert.Single(_store.Keys);
        await Store("shared").KeepAsync("tenant", "two", "second", CancellationToken.None);
        string two = _store.Keys.Single(key => key != one);
        _store.Set(two, _store.Get(one)!, new DistributedCacheEntryOptions());
        Assert.Null(await Store("shared").FindAsync("tenant", "two", CancellationToken.None));
        Assert.Equal("first", await Store("shared").FindAsync("tenant", "one", CancellationToken.None));
        _store.Spoil();
        Assert.Null(await Store("shared").FindAsync("tenant", "one", CancellationToken.None));
        _store.Set(one, [1, 2, 3], new DistributedCacheEntryOptions());
        Assert.Null(await Store("shared").FindAsync("tenant", "one", CancellationToken.None));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("shared", false)]
    public async Task Container_keeps_originals_in_clear_only_without_a_secret(string? secret, bool isClear)
    {
        using ServiceProvider services = new ServiceCollection().AddSingleton<IDistributedCache>(_store).AddTokenThrift(thrift =>
        {
            thrift.Compression.Secret = secret;
            thrift.AddModel("gpt-4o-mini", _ => new ScriptedChatClient("fine"));
        }).BuildServiceProvider();
        List<ChatMessage> messages = Conversations.Start();
        messages.Call("log", string.Join('\n', Enumerable.Range(0, 600).Select(i => $"INFO 12:00:{i % 60:00} worker {i} has handled payroll item {i * 7919}")));
        await services.GetRequiredService<IChatClient>().GetResponseAsync(messages);
        Assert.NotEmpty(_store.Keys);
        Assert.Equal(isClear, _store.All.Contains("payroll item", StringComparison.Ordinal));
    }

    [Fact]
    public void Empty_secret_is_refused()
    {
        Assert.Throws<ArgumentException>("secret", () => new CompressionStore(_store, secret: string.Empty));
        Assert.Equal("PromptCompressionOptions.Secret must not be empty; without one, leave it null.", new PromptCompressionOptions { Secret = string.Empty }.Validate());
    }

    private CompressionStore Store(string? secret) => new(_store, secret: secret);
}
