namespace TokenThrift.Budgets;

/// <summary>Whose money it is: a kind and an id, such as user <c>alice</c>.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Id">The id within the kind.</param>
public readonly record struct BudgetScope(BudgetScopeKind Kind, string Id)
{
    private static readonly string[] Names = [.. Enum.GetNames<BudgetScopeKind>().Select(name => name.ToLowerInvariant())];

    /// <inheritdoc/>
    public override string ToString() => Kind == BudgetScopeKind.Process ? "process" : $"{Names[(int)Kind]} '{Id}'";

    /// <summary>Names the account of this scope in a window, as stores key it.</summary>
    /// <param name="window">The window.</param>
    /// <returns>The key.</returns>
    internal string AccountFor(BudgetWindow window) => string.Concat(Names[(int)Kind], "/", window.Code, "/") + Id;
}
