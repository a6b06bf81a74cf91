using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Budgets;

/// <summary>Opens tasks with a budget, and holds and reads budgets. One for an application. Safe for concurrent use.</summary>
public interface IBudgets
{
    /// <summary>Gets the books.</summary>
    IBudgetLedger Ledger { get; }

    /// <summary>Gets the settings.</summary>
    BudgetOptions Options { get; }

    /// <summary>Opens a task inside the one that is ambient.</summary>
    /// <param name="name">A name for people, such as <c>month-end-close</c>.</param>
    /// <param name="limits">The task's limits; none to count only.</param>
    /// <returns>The task; dispose it to end it.</returns>
    BudgetTask BeginTask(string name, params Limit[] limits);

    /// <summary>Opens a task inside the one that is ambient.</summary>
    /// <param name="name">A name for people.</param>
    /// <param name="options">Its limits, for whom it is, and what it keeps back.</param>
    /// <returns>The task; dispose it to end it.</returns>
    /// <exception cref="ArgumentException">A setting is outside its limits.</exception>
    BudgetTask BeginTask(string name, BudgetTaskOptions options);

    /// <summary>Opens a task whose money is set aside from the tasks and scopes around it at once; what is left returns when it ends.</summary>
    /// <param name="name">A name for people.</param>
    /// <param name="options">Its limits, which are what is set aside.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The task; dispose it to end it and to return what is left.</returns>
    /// <exception cref="BudgetExceededException">The scopes around do not have that much left.</exception>
    ValueTask<BudgetTask> AllocateTaskAsync(string name, BudgetTaskOptions options, CancellationToken cancellationToken = default);

    /// <summary>Takes a hold, waiting its turn where only other holds are in the way.</summary>
    /// <param name="request">Who wants to spend, and how much at most.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The hold; it must be settled or voided.</returns>
    /// <exception cref="BudgetExceededException">A limit does not allow it, or the ledger cannot be reached while a limit applies.</exception>
    ValueTask<BudgetLease> HoldAsync(BudgetRequest request, CancellationToken cancellationToken = default);

    /// <summary>Reads how every limit that applies to a request stands.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The limits; none where nothing limits it.</returns>
    ValueTask<IReadOnlyList<BudgetState>> ReadAsync(BudgetRequest request, CancellationToken cancellationToken = default);

    /// <summary>Says what a request would cost before anything is sent.</summary>
    /// <param name="client">The pipeline or leg that would serve it.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="options">The options, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The expected cost, the worst case, and whether the budgets allow it.</returns>
    /// <exception cref="ArgumentException">The client has nothing that can quote.</exception>
    ValueTask<CallQuote> EstimateAsync(IChatClient client, IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default);
}
