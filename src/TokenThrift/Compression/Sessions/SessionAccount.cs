namespace TokenThrift.Compression.Sessions;

/// <summary>What a session has cost, and what it would have cost as the application sent it; in pico-dollars.</summary>
/// <remarks>Both sides are held against the same prompt cache: a prefix that was sent before is read, all else is written.</remarks>
internal sealed class SessionAccount
{
    private long _lastBefore;
    private long _lastSent;
    private CallBooking? _open;

    /// <summary>Gets how many calls were booked.</summary>
    public int Calls { get; private set; }

    /// <summary>Gets how many calls had been booked when the last epoch took place.</summary>
    public int EpochAt { get; private set; } = -1;

    /// <summary>Gets what compression has saved, less what it has cost; may be negative.</summary>
    public Int128 Balance { get; private set; }

    /// <summary>Gets what the input has cost.</summary>
    public Int128 Spent { get; private set; }

    /// <summary>Gets the tokens of the last call as it was sent.</summary>
    public long LastSent => _lastSent;

    /// <summary>Gets the last call.</summary>
    public CallBooking? Last => _open;

    /// <summary>Gets a value indicating whether the last epoch has not paid within as many calls as it was expected to.</summary>
    public bool IsLosing => EpochAt >= 0 && Balance < 0 && Calls - EpochAt > Math.Max(1, EpochAt);

    public SessionAccount Copy() => (SessionAccount)MemberwiseClone();

    /// <summary>Books a call.</summary>
    /// <param name="price">The prices.</param>
    /// <param name="before">The tokens as the application sent them.</param>
    /// <param name="sent">The tokens as they are sent.</param>
    /// <param name="prefix">The tokens of them that are in the provider's prompt cache.</param>
    /// <param name="isCold">Whether the cache is lost, whatever is sent.</param>
    /// <param name="isEpoch">Whether old content was replaced before the call.</param>
    public void Book(PriceRatios? price, long before, long sent, long prefix, bool isCold, bool isEpoch)
    {
        _open = new CallBooking(price, before, isCold ? 0 : _lastBefore, sent, prefix);
        EpochAt = isEpoch ? Calls : EpochAt;
        Spent += _open.Cost;
        Balance += _open.Saved;
        _lastBefore = before;
        _lastSent = sent;
        Calls++;
    }
}
