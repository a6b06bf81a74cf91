namespace TokenThrift.Budgets;

/// <summary>The settings of budget caps. With no limits at all, spending is observed and never refused.</summary>
public sealed class BudgetOptions
{
    /// <summary>Gets the limits by scope, such as 20 USD a day for each user.</summary>
    /// <value>Default empty.</value>
    public IList<ScopeLimit> Limits { get; } = [];

    /// <summary>Gets or sets the output limit that is written into a request that names none, where a hard cap needs one.</summary>
    /// <value>In tokens, 1 to 10,000,000; default 4,096. Requests that no cap touches are left as they are.</value>
    public int DefaultMaxOutput { get; set; } = 4096;

    /// <summary>Gets or sets the smallest output limit worth sending: below it a call that names none is refused rather than cut short.</summary>
    /// <value>In tokens, 1 to <see cref="DefaultMaxOutput"/>; default 256.</value>
    public int MinOutput { get; set; } = 256;

    /// <summary>Gets or sets how long a call waits for its turn when only the holds of other calls stand in its way.</summary>
    /// <value>Zero to one day; default 30 seconds. Zero refuses at once.</value>
    public TimeSpan HoldWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how long a hold lasts when nothing is heard of its call; streams extend it.</summary>
    /// <value>One second to one day; default 10 minutes.</value>
    public TimeSpan HoldTimeToLive { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets or sets how long money that was set aside for a sub-task stays so while no call draws on it.</summary>
    /// <value>One minute to 31 days; default one hour. Later calls of the task then draw on what is around it, like those of any other.</value>
    public TimeSpan AllocationTimeToLive { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Gets or sets how much money calls under a limit may spend in this process while the ledger cannot be reached.</summary>
    /// <value>
    /// In USD, above 0 to 9,000,000; default <see langword="null"/>: such calls are refused. What is spent on the lease is posted when
    /// the ledger is back, and only what then still fits the limits can be spent on it again: over all outages together, limits are
    /// passed by no more than the lease of each process. Limits of tasks hold throughout.
    /// </value>
    public decimal? LocalLeaseUsd { get; set; }

    /// <summary>Gets or sets a value indicating whether limits are only observed: decided and reported, never refused.</summary>
    /// <value>Default <see langword="false"/>.</value>
    public bool Observe { get; set; }

    /// <summary>Gets or sets how the input of a call is bounded.</summary>
    /// <value>Default <see cref="Budgets.InputBound.Strict"/>.</value>
    public InputBound InputBound { get; set; }

    /// <summary>Gets or sets what is charged when a call was sent and nothing tells what it used.</summary>
    /// <value>Default <see cref="Budgets.UnknownCharge.Held"/>.</value>
    public UnknownCharge UnknownCharge { get; set; }

    /// <summary>Gets or sets how many requests a provider's client may send for one call, its own retries included; every one may be billed, so all are held for.</summary>
    /// <value>1 to 20; default <see langword="null"/>: 4 for the OpenAI client, which retries three times unless told otherwise, and 1 for others. Set 1 where retries are off.</value>
    public int? RequestsPerCall { get; set; }

    /// <summary>Finds the first setting that is wrong.</summary>
    /// <returns>One sentence that names the property and its limits, or <see langword="null"/>.</returns>
    public string? Validate()
    {
        for (int i = 0; i < Limits.Count; i++)
        {
            if (Limits[i].Validate() is { } wrong)
            {
                return $"{nameof(Limits)}[{i}]: {wrong}";
            }
        }

        return DefaultMaxOutput is < 1 or > 10_000_000 ? $"{nameof(DefaultMaxOutput)} must be from 1 to 10,000,000."
            : RequestsPerCall is < 1 or > 20 ? $"{nameof(RequestsPerCall)} must be from 1 to 20."
            : MinOutput < 1 || MinOutput > DefaultMaxOutput ? $"{nameof(MinOutput)} must be from 1 to {nameof(DefaultMaxOutput)} ({DefaultMaxOutput})."
            : LocalLeaseUsd is <= 0 or > 9_000_000m ? $"{nameof(LocalLeaseUsd)} must be above 0 and at most 9,000,000."
            : HoldWait < TimeSpan.Zero || HoldWait > TimeSpan.FromDays(1) ? $"{nameof(HoldWait)} must be from zero to one day."
            : HoldTimeToLive < TimeSpan.FromSeconds(1) || HoldTimeToLive > TimeSpan.FromDays(1) ? $"{nameof(HoldTimeToLive)} must be from one second to one day."
            : AllocationTimeToLive < TimeSpan.FromMinutes(1) || AllocationTimeToLive > TimeSpan.FromDays(31) ? $"{nameof(AllocationTimeToLive)} must be from one minute to 31 days."
            : !Enum.IsDefined(InputBound) ? $"{nameof(InputBound)} is not one of its values."
            : !Enum.IsDefined(UnknownCharge) ? $"{nameof(UnknownCharge)} is not one of its values."
            : null;
    }
}
