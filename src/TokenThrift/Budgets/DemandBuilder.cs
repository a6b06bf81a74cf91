using TokenThrift.Requests;

namespace TokenThrift.Budgets;

/// <summary>Lists the accounts that a call draws on: its tasks, the process, and every scope that the settings limit.</summary>
internal sealed class DemandBuilder(BudgetOptions options, string processId)
{
    // Every call draws on it, and its window never turns.
    private readonly BudgetDemand _process = BudgetDemand.On(new BudgetScope(BudgetScopeKind.Process, processId), BudgetWindow.Lifetime, [], default);

    public List<BudgetDemand> Build(BudgetRequest request, DateTimeOffset now)
    {
        var demands = new List<BudgetDemand>(4);
        for (TaskNode? node = request.Task; node is not null; node = node.Parent)
        {
            var scope = new BudgetScope(BudgetScopeKind.Task, node.Id);
            Add(demands, scope, BudgetWindow.Lifetime, [], now);
            foreach (Limit limit in TaskBudget.Of(node).LimitsFor(request.IsFinal))
            {
                Add(demands, scope, limit.Window, [limit], now);
            }
        }

        demands.Add(_process);
        foreach (ScopeLimit limit in options.Limits)
        {
            IReadOnlyList<Limit> limits = limit.ToLimits();
            foreach (BudgetScope scope in limits.Count == 0 ? [] : ScopesOf(limit, request))
            {
                Add(demands, scope, limits[0].Window, limits, now);
            }
        }

        return demands;
    }

    private static void Add(List<BudgetDemand> demands, BudgetScope scope, BudgetWindow window, IReadOnlyList<Limit> limits, DateTimeOffset now)
    {
        string account = scope.AccountFor(window);
        for (int i = 0; i < demands.Count; i++)
        {
            if (demands[i].Entry.Account == account)
            {
                demands[i] = limits.Count == 0 ? demands[i] : demands[i] with { Limits = [.. demands[i].Limits, .. limits] };
                return;
            }
        }

        demands.Add(BudgetDemand.On(scope, window, limits, now));
    }

    private IEnumerable<BudgetScope> ScopesOf(ScopeLimit limit, BudgetRequest request)
    {
        if (limit.Scope == BudgetScopeKind.Task)
        {
            foreach (TaskNode node in request.Task?.Chain() ?? [])
            {
                if (limit.Id is null || limit.Id == node.Name)
                {
                    yield return new BudgetScope(BudgetScopeKind.Task, node.Id);
                }
            }

            yield break;
        }

        string? id = limit.Scope switch
        {
            BudgetScopeKind.Session => request.Identity.Session,
            BudgetScopeKind.User => request.Identity.User,
            BudgetScopeKind.Tenant => request.Identity.Tenant,
            BudgetScopeKind.Model => request.Model?.Id ?? request.ModelId,
            BudgetScopeKind.Vendor => request.Model?.Vendor,
            _ => processId,
        };
        if (limit.Scope == BudgetScopeKind.Process || (id is not null && (limit.Id is null || string.Equals(limit.Id, id, StringComparison.OrdinalIgnoreCase))))
        {
            yield return new BudgetScope(limit.Scope, AccountIdOf(limit, id!, request.Identity.Tenant));
        }
    }

    // However it is spelt, what a limit names is one account, and so is a model or a vendor; other ids are taken as they are.
    private static string AccountIdOf(ScopeLimit limit, string id, string? tenant)
    {
        switch (limit.Scope)
        {
            case BudgetScopeKind.Process:
                return id;
            case BudgetScopeKind.Model or BudgetScopeKind.Vendor:
                return (limit.Id ?? id).ToLowerInvariant();
            case BudgetScopeKind.User or BudgetScopeKind.Session:
                // Ids of one tenant's users are not those of another's, whatever characters are in them.
                string own = Escape(limit.Id ?? id);
                return tenant is null ? own : $"{Escape(tenant)}/{own}";
            default:
                return limit.Id ?? id;
        }
    }

    private static string Escape(string id) => id.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);
}
