using System.Text.Json;
using System.Text.Json.Serialization;
using TokenThrift.Budgets;

namespace TokenThrift.Redis;

/// <summary>A hold as it is kept.</summary>
internal sealed record StoredHold
{
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("phase")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Phase { get; init; }

    [JsonPropertyName("allocation")]
    public bool IsAllocation { get; init; }

    /// <summary>Gets when it was taken, in ticks of UTC.</summary>
    [JsonPropertyName("created")]
    public long CreatedAt { get; init; }

    /// <summary>Gets when it runs out, in ticks of UTC.</summary>
    [JsonPropertyName("expires")]
    public long ExpiresAt { get; init; }

    [JsonPropertyName("amounts")]
    public required string Amounts { get; init; }

    [JsonPropertyName("charged")]
    public required string Charged { get; init; }

    [JsonPropertyName("evidence")]
    public int? Evidence { get; init; }

    [JsonPropertyName("from")]
    public string? Allocation { get; init; }

    [JsonPropertyName("drawn")]
    public required string Drawn { get; init; }

    [JsonPropertyName("model")]
    public string? ModelId { get; init; }

    [JsonPropertyName("accounts")]
    public required string[] Accounts { get; init; }

    [JsonPropertyName("buckets")]
    public required long[] Buckets { get; init; }

    public static string Write(BudgetHold hold) => JsonSerializer.Serialize(
        new StoredHold
        {
            Id = hold.Id,
            Phase = (int)hold.Phase,
            IsAllocation = hold.IsAllocation,
            CreatedAt = hold.CreatedAt.UtcTicks,
            ExpiresAt = hold.ExpiresAt.UtcTicks,
            Amounts = AmountsText.Write(hold.Amounts),
            Charged = AmountsText.Write(hold.Charged),
            Evidence = (int?)hold.Evidence,
            Allocation = hold.Allocation,
            Drawn = AmountsText.Write(hold.Drawn),
            ModelId = hold.ModelId,
            Accounts = [.. hold.Entries.Select(e => e.Account)],
            Buckets = [.. hold.Entries.Select(e => e.Bucket)],
        },
        StoredHoldJson.Default.StoredHold);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static BudgetHold Read(string text)
    {
        StoredHold stored;
        try
        {
            stored = JsonSerializer.Deserialize(text, StoredHoldJson.Default.StoredHold) ?? throw new FormatException("A hold of the ledger in Redis is empty.");
        }
        catch (JsonException e)
        {
            throw new FormatException("A hold of the ledger in Redis cannot be read.", e);
        }

        return new BudgetHold
        {
            Id = stored.Id,
            Phase = (BudgetHoldPhase)stored.Phase,
            IsAllocation = stored.IsAllocation,
            CreatedAt = new DateTimeOffset(stored.CreatedAt, TimeSpan.Zero),
            ExpiresAt = new DateTimeOffset(stored.ExpiresAt, TimeSpan.Zero),
            Amounts = AmountsText.Read(stored.Amounts.Split(' ')),
            Charged = AmountsText.Read(stored.Charged.Split(' ')),
            Evidence = (BudgetEvidence?)stored.Evidence,
            Allocation = stored.Allocation,
            Drawn = AmountsText.Read(stored.Drawn.Split(' ')),
            ModelId = stored.ModelId,
            Entries = [.. stored.Accounts.Zip(stored.Buckets, (account, bucket) => new BudgetEntry(account, bucket))],
        };
    }
}

/// <summary>Writes and reads holds.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(StoredHold))]
internal sealed partial class StoredHoldJson : JsonSerializerContext;
