using Microsoft.Extensions.DependencyInjection.Extensions;
using StackExchange.Redis;
using TokenThrift.Budgets;
using TokenThrift.Redis;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps TokenThrift's books in Redis.</summary>
public static class TokenThriftRedisServiceCollectionExtensions
{
    /// <summary>Keeps the budget ledger in Redis, Valkey or Garnet, shared by all machines that use it, over the container's <see cref="IConnectionMultiplexer"/>. It replaces any other ledger.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Changes the settings, or <see langword="null"/>.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddTokenThriftRedisBudgets(this IServiceCollection services, Action<RedisBudgetStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(sp =>
        {
            var options = new RedisBudgetStoreOptions();
            configure?.Invoke(options);
            IConnectionMultiplexer connection = sp.GetService<IConnectionMultiplexer>()
                ?? throw new InvalidOperationException($"{nameof(AddTokenThriftRedisBudgets)} needs an {nameof(IConnectionMultiplexer)} in the container: services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(\"host:6379\")).");
            return new RedisBudgetStore(connection, options);
        });
        services.Replace(ServiceDescriptor.Singleton<IBudgetLedger>(sp =>
            new BudgetLedger(sp.GetRequiredService<RedisBudgetStore>(), sp.GetService<TimeProvider>())));
        return services;
    }
}
