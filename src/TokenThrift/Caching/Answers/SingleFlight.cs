using System.Collections.Concurrent;

namespace TokenThrift.Caching.Answers;

/// <summary>Lets one of several identical requests ask the model while the others wait for its answer. Safe for concurrent use.</summary>
/// <remarks>The leader asks in its own context, under its own scope. One that fails or is cancelled is replaced by a follower.</remarks>
internal sealed class SingleFlight
{
    private readonly ConcurrentDictionary<string, Flight> _flights = new(StringComparer.Ordinal);

    /// <summary>Joins the flight of a key; the one that made it leads.</summary>
    public Flight Join(string key, out bool leads)
    {
        var mine = new Flight(this, key);
        Flight flight = _flights.GetOrAdd(key, mine);
        leads = ReferenceEquals(flight, mine);
        return flight;
    }

    internal sealed class Flight(SingleFlight owner, string key)
    {
        private readonly TaskCompletionSource<FlightResult> _landed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Waits for the leader; null when the wait was too long.</summary>
        public async ValueTask<FlightResult?> WaitAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
        {
            try
            {
                return await _landed.Task.WaitAsync(limit, time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                return null;
            }
        }

        /// <summary>Ends the flight; only the first call counts.</summary>
        public void Land(FlightResult result)
        {
            // Out of the way first, so that a follower that leads next does not meet this flight again.
            owner._flights.TryRemove(new KeyValuePair<string, Flight>(key, this));
            _landed.TrySetResult(result);
        }
    }
}
