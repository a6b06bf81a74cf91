using Microsoft.Extensions.DependencyInjection.Extensions;
using TokenThrift.Budgets;
using TokenThrift.Receipts;
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
        services.TryAddSingleton(sp =>
        {
            var options = new SqliteBudgetStoreOptions();
            configure?.Invoke(options);
            return new SqliteBudgetStore(options, sp.GetService<TimeProvider>());
        });
        services.Replace(ServiceDescriptor.Singleton<IBudgetLedger>(sp =>
            new BudgetLedger(sp.GetRequiredService<SqliteBudgetStore>(), sp.GetService<TimeProvider>())));
        return services;
    }

    /// <summary>Keeps receipts in a SQLite file, beside any other sink.</summary>
    /// <param name="services">The services.</param>
    /// <param name="path">The path of the file; it may be the same as the budgets'.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddTokenThriftSqliteReceipts(this IServiceCollection services, string path)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        services.TryAddSingleton(_ => new SqliteReceiptSink(path));
        services.AddSingleton<IReceiptSink>(sp => sp.GetRequiredService<SqliteReceiptSink>());
        return services;
    }
}
