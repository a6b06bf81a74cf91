using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Composition;

/// <summary>The rules of the public face, one by one.</summary>
public class DependencyInjectionTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Registered_client_is_the_default_leg(bool streamed)
    {
        var client = new ScriptedChatClient("hello");
        await using ServiceProvider services = new ServiceCollection().AddSingleton<IChatClient>(client).AddTokenThrift().BuildServiceProvider();

        ChatResponse response = await services.GetRequiredService<IChatClient>().AskAsync(streamed, "hi");

        Assert.Equal("hello", response.Text);
        Assert.Single(client.Calls);
        Assert.Single(services.GetRequiredService<ReceiptBook>().Recent());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Added_models_are_enough(bool streamed)
    {
        var client = new ScriptedChatClient("hello");
        await using ServiceProvider services = new ServiceCollection().AddTokenThrift(thrift => thrift.AddModel("gpt-5.4-nano", _ => client)).BuildServiceProvider();

        ChatResponse response = await services.GetRequiredService<IChatClient>().AskAsync(streamed, "hi");

        Assert.Equal("hello", response.Text);
    }

    [Fact]
    public void No_client_and_no_model_is_an_error_that_names_the_fix()
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddTokenThrift());

        Assert.Contains("AddChatClient", error.Message, StringComparison.Ordinal);
        Assert.Contains("AddModel", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_bind_from_configuration_and_code_wins()
    {
        using ServiceProvider services = Configured(
            new() { ["TokenThrift:Budgets:MinOutput"] = "300", ["TokenThrift:Budgets:DefaultMaxOutput"] = "999" },
            thrift => thrift.Budgets.MinOutput = 200);

        TokenThriftOptions options = services.GetRequiredService<IOptions<TokenThriftOptions>>().Value;

        Assert.Equal(200, options.Budgets.MinOutput);
        Assert.Equal(999, options.Budgets.DefaultMaxOutput);
    }

    [Fact]
    public void Setting_out_of_its_limits_is_an_error_at_the_first_resolve_that_names_property_and_limit()
    {
        using ServiceProvider services = Configured(new() { ["TokenThrift:Budgets:DefaultMaxOutput"] = "0" });

        OptionsValidationException error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IChatClient>());

        Assert.Contains("Budgets.DefaultMaxOutput", error.Message, StringComparison.Ordinal);
        Assert.Contains("10,000,000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Misspelt_setting_is_an_error_that_names_it()
    {
        using ServiceProvider services = Configured(new() { ["TokenThrift:Bugdets:MinOutput"] = "0.5" });

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<IChatClient>());

        Assert.Contains("Bugdets", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Setting_out_of_its_limits_stops_a_host_at_start()
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Configuration["TokenThrift:Budgets:DefaultMaxOutput"] = "-1";
        builder.Services.AddSingleton<IChatClient>(new ScriptedChatClient("hello"));
        builder.Services.AddTokenThrift();
        using IHost host = builder.Build();

        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Contains("Budgets.DefaultMaxOutput", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ledger_catalogue_and_receipt_book_are_one_per_container()
    {
        var services = new ServiceCollection();
        services.AddKeyedSingleton<IChatClient>("a", new ScriptedChatClient("a"));
        services.AddKeyedSingleton<IChatClient>("b", new ScriptedChatClient("b"));
        services.AddTokenThrift();
        await using ServiceProvider provider = services.BuildServiceProvider();
        IChatClient a = provider.GetRequiredKeyedService<IChatClient>("a");
        IChatClient b = provider.GetRequiredKeyedService<IChatClient>("b");

        await a.GetResponseAsync("1");
        await b.GetResponseAsync("2");

        Assert.Same(a.GetService<IBudgets>(), b.GetService<IBudgets>());
        Assert.Same(provider.GetRequiredService<IBudgets>(), b.GetService<IBudgets>());
        Assert.Same(provider.GetRequiredService<ModelCatalog>(), a.GetService<ModelCatalog>());
        Assert.Equal(2, provider.GetRequiredService<ReceiptBook>().Recent().Count);
    }

    [Theory]
    [InlineData(ServiceLifetime.Singleton)]
    [InlineData(ServiceLifetime.Scoped)]
    [InlineData(ServiceLifetime.Transient)]
    public async Task Lifetimes_are_kept(ServiceLifetime lifetime)
    {
        var made = new List<ScriptedChatClient>();
        var services = new ServiceCollection();
        ((ICollection<ServiceDescriptor>)services).Add(new ServiceDescriptor(typeof(IChatClient), _ => { var client = new ScriptedChatClient("hello"); made.Add(client); return client; }, lifetime));
        services.AddTokenThrift();
        await using ServiceProvider provider = services.BuildServiceProvider(validateScopes: true);

        foreach (int round in new[] { 1, 2 })
        {
            await using AsyncServiceScope scope = provider.CreateAsyncScope();
            foreach (int ask in new[] { 1, 2 })
            {
                await scope.ServiceProvider.GetRequiredService<IChatClient>().GetResponseAsync($"hello {round} {ask}");
            }
        }

        Assert.Equal(lifetime switch { ServiceLifetime.Singleton => 1, ServiceLifetime.Scoped => 2, _ => 4 }, made.Count);
        Assert.Equal(4, provider.GetRequiredService<ReceiptBook>().Recent().Count);
        Assert.Equal(lifetime != ServiceLifetime.Singleton, made.All(client => client.IsDisposed));
    }

    [Fact]
    public async Task Client_that_was_handed_in_is_not_disposed_and_one_that_was_made_is()
    {
        var handedIn = new ScriptedChatClient("a");
        var made = new ScriptedChatClient("b");
        var leg = new ScriptedChatClient("c");
        var services = new ServiceCollection();
        services.AddSingleton<IChatClient>(handedIn);
        services.AddKeyedSingleton<IChatClient>("made", (_, _) => made);
        services.AddTokenThrift(thrift => thrift.AddModel("gpt-5.4-nano", _ => leg));
        ServiceProvider provider = services.BuildServiceProvider();
        await provider.GetRequiredService<IChatClient>().GetResponseAsync("1");
        await provider.GetRequiredKeyedService<IChatClient>("made").GetResponseAsync("2");

        await provider.DisposeAsync();

        Assert.False(handedIn.IsDisposed);
        Assert.True(made.IsDisposed);
        Assert.True(leg.IsDisposed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Prices_reload_without_a_restart(bool streamed)
    {
        var client = new ScriptedChatClient(call => ScriptedChatClient.Answer("hello", input: 1_000_000, output: 1_000_000, model: "house-model"))
        {
            Metadata = new ChatClientMetadata("test", null, "house-model"),
        };
        var configuration = new ConfigurationManager
        {
            ["TokenThrift:Models:0:Id"] = "house-model",
            ["TokenThrift:Models:0:InputUsdPerMillion"] = "2",
            ["TokenThrift:Models:0:OutputUsdPerMillion"] = "4",
        };
        await using ServiceProvider services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration).AddSingleton<IChatClient>(client).AddTokenThrift().BuildServiceProvider();
        IChatClient thrift = services.GetRequiredService<IChatClient>();
        ReceiptBook book = services.GetRequiredService<ReceiptBook>();

        await thrift.AskAsync(streamed, "one");
        configuration["TokenThrift:Models:0:InputUsdPerMillion"] = "3";
        ((IConfigurationRoot)configuration).Reload();
        await thrift.AskAsync(streamed, "two");

        Assert.Equal([NanoUsd.FromUsd(6m), NanoUsd.FromUsd(7m)], book.Recent().Select(receipt => receipt.Spent!.Value).Order());
    }

    [Fact]
    public async Task Bad_setting_on_reload_leaves_the_one_before_in_force()
    {
        var configuration = new ConfigurationManager { ["TokenThrift:Budgets:DefaultMaxOutput"] = "2000" };
        await using ServiceProvider services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration).AddSingleton<IChatClient>(new ScriptedChatClient("hello")).AddTokenThrift().BuildServiceProvider();
        IChatClient thrift = services.GetRequiredService<IChatClient>();

        configuration["TokenThrift:Budgets:DefaultMaxOutput"] = "-7";
        ((IConfigurationRoot)configuration).Reload();

        Assert.Equal("hello", (await thrift.GetResponseAsync("hi")).Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Decorating_twice_counts_once(bool streamed)
    {
        var client = new ScriptedChatClient("hello");
        var services = new ServiceCollection();
        services.AddChatClient(client).UseTokenThrift();
        services.AddTokenThrift();
        services.AddTokenThrift();
        await using ServiceProvider provider = services.BuildServiceProvider();

        await provider.GetRequiredService<IChatClient>().AskAsync(streamed, "hi");

        Assert.Single(provider.GetRequiredService<ReceiptBook>().Recent());
    }

    [Fact]
    public void Decorating_twice_with_other_options_is_refused()
    {
        // Verbs run from the last (innermost) to the first.
        ChatClientBuilder builder = new ScriptedChatClient("hello").AsBuilder().UseTokenThrift(thrift => thrift.Routing.MaximumAttempts = 2).UseTokenThrift();

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => builder.Build());

        Assert.Contains("decorated", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Function_loop_below_is_moved_outside(bool streamed)
    {
        var client = new ScriptedChatClient(call => call.Messages[^1].Role == ChatRole.Tool ? ScriptedChatClient.Answer("done") : ScriptedChatClient.ToolCall("step"));
        using IChatClient thrift = client.AsBuilder().UseTokenThrift().UseFunctionInvocation().Build();
        int runs = 0;

        ChatResponse response = await thrift.AskAsync(streamed, "go", new ChatOptions { Tools = [AIFunctionFactory.Create(() => { runs++; return "ok"; }, "step")] });

        Assert.Equal("done", response.Text);
        Assert.Equal(1, runs);
        Assert.Equal(2, thrift.GetService<ReceiptBook>()!.Recent().Count);
    }

    [Fact]
    public async Task Leg_that_is_a_decorated_client_of_the_same_container_is_not_decorated_inside_again()
    {
        var small = new ScriptedChatClient("small") { Metadata = new ChatClientMetadata("test", null, "gpt-5.4-nano") };
        var services = new ServiceCollection();
        services.AddKeyedSingleton<IChatClient>("small", small);
        services.AddTokenThrift(thrift => thrift.AddModel("gpt-5.4-nano", provider => provider.GetRequiredKeyedService<IChatClient>("small")));
        await using ServiceProvider provider = services.BuildServiceProvider();

        await provider.GetRequiredKeyedService<IChatClient>("small").GetResponseAsync("hi");

        Assert.Single(provider.GetRequiredService<ReceiptBook>().Recent());
    }

    [Fact]
    public async Task Nothing_of_ours_reaches_the_provider()
    {
        var client = new ScriptedChatClient("hello");
        using IChatClient thrift = client.AsBuilder().UseTokenThrift().Build();

        await thrift.GetResponseAsync("hi", new ChatOptions { AdditionalProperties = new() { ["tokenthrift.tenant"] = "acme", ["theirs"] = 1 } });

        ChatOptions? seen = Assert.Single(client.Calls).Options;
        Assert.DoesNotContain(seen?.AdditionalProperties ?? [], property => property.Key.StartsWith("tokenthrift.", StringComparison.Ordinal));
        Assert.Equal(1, seen?.AdditionalProperties?["theirs"]);
    }

    private static ServiceProvider Configured(Dictionary<string, string?> settings, Action<TokenThriftOptions>? configure = null) => new ServiceCollection()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
        .AddSingleton<IChatClient>(new ScriptedChatClient("hello"))
        .AddTokenThrift(configure)
        .BuildServiceProvider();
}
