using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TokenThrift.Receipts;
using TokenThrift.Tokens;

namespace TokenThrift;

/// <summary>Registers what the pipelines of a container share. What the application registered before stays.</summary>
internal static class TokenThriftServices
{
    public static void Add(IServiceCollection services)
    {
        services.AddOptions();
        services.AddHybridCache();
        services.TryAddSingleton<TokenThriftRuntime>();
        services.TryAddSingleton<TokenCounters>();
        services.TryAddSingleton<ThriftMeters>();
        services.TryAddSingleton(provider => provider.GetRequiredService<TokenThriftRuntime>().MakeBudgets());
        services.TryAddSingleton(provider => provider.GetRequiredService<TokenThriftRuntime>().MakeShares());
        services.TryAddSingleton(provider => provider.GetRequiredService<TokenThriftRuntime>().MakeBook());

        // Transient, because prices reload; the catalogue itself is made once for each reading of the options.
        services.TryAddTransient(provider =>
        {
            TokenThriftRuntime runtime = provider.GetRequiredService<TokenThriftRuntime>();
            return runtime.CatalogFor(runtime.SourceFor(null).Current);
        });

        services.AddSingleton<IConfigureOptions<TokenThriftOptions>>(provider => new TokenThriftConfiguration(provider.GetService<IConfiguration>()));
        services.AddSingleton<IOptionsChangeTokenSource<TokenThriftOptions>>(provider => new TokenThriftConfiguration(provider.GetService<IConfiguration>()));
        services.AddSingleton<IHostedService, TokenThriftStartupCheck>();
    }
}
