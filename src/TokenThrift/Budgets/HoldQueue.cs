namespace TokenThrift.Budgets;

/// <summary>Calls that wait for the holds of others: first in, first out for each account, so that a large call is not passed for ever by small ones.</summary>
internal sealed class HoldQueue
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiters = new();

    /// <summary>Says whether somebody who came earlier waits for one of the accounts.</summary>
    public bool MustQueue(IReadOnlyList<string> accounts)
    {
        lock (_lock)
        {
            return _waiters.Count > 0 && _waiters.Any(w => w.Accounts.Any(accounts.Contains));
        }
    }

    public Waiter Enter(IReadOnlyList<string> accounts)
    {
        var waiter = new Waiter(accounts);
        lock (_lock)
        {
            _waiters.AddLast(waiter);
        }

        return waiter;
    }

    /// <summary>Says whether nobody before this one waits for one of its accounts.</summary>
    public bool IsFirst(Waiter waiter)
    {
        lock (_lock)
        {
            foreach (Waiter other in _waiters)
            {
                if (other == waiter)
                {
                    return true;
                }

                if (other.Accounts.Any(waiter.Accounts.Contains))
                {
                    return false;
                }
            }

            return true;
        }
    }

    public void Leave(Waiter waiter)
    {
        lock (_lock)
        {
            _waiters.Remove(waiter);
        }

        Signal();
    }

    /// <summary>Wakes those whose turn it is, after something was given back.</summary>
    public void Signal()
    {
        lock (_lock)
        {
            if (_waiters.Count == 0)
            {
                return;
            }

            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (Waiter waiter in _waiters)
            {
                if (!waiter.Accounts.Any(seen.Contains))
                {
                    waiter.Wake();
                }

                seen.UnionWith(waiter.Accounts);
            }
        }
    }

    internal sealed class Waiter(IReadOnlyList<string> accounts)
    {
        private TaskCompletionSource _signal = New();

        public IReadOnlyList<string> Accounts => accounts;

        /// <summary>Begins a new round; a signal from now on is not lost.</summary>
        public Task Arm()
        {
            TaskCompletionSource signal = New();
            Volatile.Write(ref _signal, signal);
            return signal.Task;
        }

        public void Wake() => Volatile.Read(ref _signal).TrySetResult();

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
