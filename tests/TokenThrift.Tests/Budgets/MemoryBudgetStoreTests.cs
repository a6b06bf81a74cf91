using TokenThrift.Budgets;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Budgets;

public class MemoryBudgetStoreTests : BudgetLedgerContract
{
    protected override IBudgetLedger CreateLedger(TimeProvider time) => new BudgetLedger(new MemoryBudgetStore(), time);
}
