using Microsoft.Extensions.DependencyInjection.Extensions;
using TokenThrift.Budgets;
using TokenThrift.Sqlite;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps TokenThrift's books in SQLite.</summary>
public static class TokenThriftSqliteServiceCollectionExtensions
{
    /// <summary>Keeps the budget ledger in one SQLite file, shared by the processes of this machine. It replaces any other ledger.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Changes the settings, or <see langword="null"/>.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddTokenThriftSqliteBudgets(this IServiceCollection services, Action<SqliteBudgetStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(_ =>
        {
            var options = new SqliteBudgetStoreOptions();
            configure?.Invoke(options);
            return new SqliteBudgetStore(options);
        });
        services.Replace(ServiceDescriptor.Singleton<IBudgetLedger>(sp =>
            new BudgetLedger(sp.GetRequiredService<SqliteBudgetStore>(), sp.GetService<TimeProvider>())));
        return services;
    }
}
