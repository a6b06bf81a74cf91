using System.Security.Cryptography;
using TokenThrift.Caching;
using TokenThrift.Receipts;
using TokenThrift.Tests.TestSupport;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Caching;

/// <summary>What one who can write to the shared store, but does not know the secret, can do to the cache.</summary>
public sealed class SharedStoreSecurityTests
{
    private const string Question = "How do I reset my password?";
    private const string Another = "How do I close my account?";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Entry_that_was_moved_to_another_key_is_not_served(bool streamed)
    {
        var shared = new MemoryStore();
        using (CacheBench writer = Process(shared))
        {
            await writer.AskAsync(streamed, Question);
            await writer.AskAsync(streamed, Another);
        }

        await SwapAsync(shared, "tt2:");
        await SwapAsync(shared, "ttf2:");
        using CacheBench reader = Process(shared);
        Assert.Equal("to: " + Question, (await reader.AskAsync(streamed, Question)).Response.Text);
        Assert.Equal("to: how do i close my account", (await reader.AskAsync(streamed, "how do i close my account")).Response.Text);
        Assert.Equal(2, reader.Calls);
    }

    [Fact]
    public async Task Nothing_readable_is_written_where_answers_are_encrypted()
    {
        byte[] key = RandomNumberGenerator.GetBytes(32);
        var shared = new MemoryStore();
        using CacheBench writer = Process(shared, new AesPayloadProtector(key));
        await writer.AskAsync(false, Question);
        Assert.NotEqual(0, shared.Writes);
        Assert.DoesNotContain("password", shared.All, StringComparison.OrdinalIgnoreCase);

        using CacheBench reader = Process(shared, new AesPayloadProtector(RandomNumberGenerator.GetBytes(32), key));
        Assert.Equal(CacheTier.Exact, (await reader.AskAsync(true, Question)).Record.Tier);
        using CacheBench stranger = Process(shared, new AesPayloadProtector(RandomNumberGenerator.GetBytes(32)));
        Assert.Equal(CacheTier.None, (await stranger.AskAsync(true, Question)).Record.Tier);
    }

    [Theory]
    [InlineData("")]
    [InlineData("an answer with \u00e9, \u4e2d and \ud83d\ude42")]
    public void What_is_encrypted_comes_back_and_no_two_are_alike(string payload)
    {
        var protector = new AesPayloadProtector(RandomNumberGenerator.GetBytes(16));
        string stored = protector.Protect(payload);
        Assert.Equal(payload, protector.Unprotect(stored));
        Assert.NotEqual(stored, protector.Protect(payload));
        char[] changed = stored.ToCharArray();
        changed[25] = changed[25] == 'A' ? 'B' : 'A';
        Assert.ThrowsAny<CryptographicException>(() => protector.Unprotect(new string(changed)));
        Assert.ThrowsAny<CryptographicException>(() => protector.Unprotect("AAAA"));
    }

    [Fact]
    public void Key_of_another_length_is_named()
    {
        Assert.Equal("key", Assert.Throws<ArgumentException>(() => new AesPayloadProtector(new byte[5])).ParamName);
        Assert.Equal("retired", Assert.Throws<ArgumentException>(() => new AesPayloadProtector(new byte[32], new byte[5])).ParamName);
    }

    // Gives two entries each other's value, as one can who reaches the store with a HybridCache of his own.
    private static async Task SwapAsync(MemoryStore shared, string kind)
    {
        using var attacker = new CacheBench(new ScriptedChatClient("unused"), null, shared);
        string[] keys = [.. shared.Keys.Where(key => key.StartsWith(kind, StringComparison.Ordinal))];
        string?[] values = new string?[2];
        for (int i = 0; i < 2; i++)
        {
            values[i] = await attacker.Cache.GetOrCreateAsync<string?>(keys[i], _ => ValueTask.FromResult<string?>(null));
        }

        Assert.Equal(2, keys.Length);
        Assert.All(values, Assert.NotNull);
        await attacker.Cache.SetAsync(keys[0], values[1]);
        await attacker.Cache.SetAsync(keys[1], values[0]);
    }

    private static CacheBench Process(MemoryStore shared, ICachePayloadProtector? protector = null) =>
        new(new ScriptedChatClient(call => ScriptedChatClient.Answer("to: " + call.LastText)), o => (o.Secret, o.Protector) = ("s", protector), shared);
}
