using TokenThrift.Budgets;

namespace TokenThrift.Redis;

/// <summary>A step that waits for its turn or has one.</summary>
internal abstract class RedisBudgetStep
{
    /// <summary>Claims the step for a round; false where its caller has given up.</summary>
    public abstract bool TryBegin();

    /// <summary>Runs the work; what it throws is kept until <see cref="End"/>.</summary>
    /// <returns>Whether what it wrote counts.</returns>
    public abstract bool Run(IBudgetTransaction books);

    /// <summary>Gives the caller what came of the last run.</summary>
    public abstract void End();

    /// <summary>Tells the caller that the store has failed.</summary>
    public abstract void Fail(Exception exception);
}

/// <summary>A step with its work and its result.</summary>
internal sealed class RedisBudgetStep<TState, TResult>(Func<IBudgetTransaction, TState, TResult> work, TState state, CancellationToken cancellationToken) : RedisBudgetStep
{
    private readonly TaskCompletionSource<TResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TResult _result = default!;
    private Exception? _thrown;
    private int _isClaimed;

    /// <summary>Waits for the result. A caller that gives up before the step has begun is let go; afterwards it is told what came of it.</summary>
    public async ValueTask<TResult> WaitAsync()
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (step, token) =>
            {
                var self = (RedisBudgetStep<TState, TResult>)step!;
                if (self.TryBegin())
                {
                    self._done.TrySetCanceled(token);
                }
            },
            this);
        return await _done.Task.ConfigureAwait(false);
    }

    public override bool TryBegin() => Interlocked.Exchange(ref _isClaimed, 1) == 0;

    public override bool Run(IBudgetTransaction books)
    {
        try
        {
            _thrown = null;
            _result = work(books, state);
            return true;
        }
        catch (Exception e)
        {
            // Perhaps only because something was believed that is not true; the caller hears of it when that is known.
            _thrown = e;
            return false;
        }
    }

    public override void End()
    {
        if (_thrown is { } thrown)
        {
            _done.TrySetException(thrown);
        }
        else
        {
            _done.TrySetResult(_result);
        }
    }

    public override void Fail(Exception exception) => _done.TrySetException(exception);
}
