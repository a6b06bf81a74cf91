using System.Net;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Microsoft.SemanticKernel;
using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Samples.Dashboard.Agent;
using TokenThrift.Samples.Dashboard.Live;
using TokenThrift.Samples.MonthEndClose.Agent;
using TokenThrift.Samples.MonthEndClose.Simulation;

namespace TokenThrift.Samples.Dashboard;

/// <summary>Puts the application together: the agent with TokenThrift, the live report, health and telemetry. It listens on the loopback address only.</summary>
internal static class DashboardApp
{
    // The report covers the receipts that the book keeps in memory; a close makes some two hundred.
    private const int ReceiptsInMemory = 50_000;

    public static WebApplication Build(string[] args)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        DashboardOptions dashboard = builder.Configuration.GetSection(DashboardOptions.Section).Get<DashboardOptions>() ?? new DashboardOptions();
        builder.Services.AddOptions<DashboardOptions>().BindConfiguration(DashboardOptions.Section).ValidateDataAnnotations().ValidateOnStart();

        // Whatever addresses the environment names: this page is for whoever sits at the machine.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, dashboard.Port));
        AddAgent(builder.Services, dashboard);
        builder.Services.AddSingleton<ReportFeed>();
        builder.Services.AddSingleton<ReportMaker>();
        builder.Services.AddSingleton<IReceiptSink>(services => services.GetRequiredService<ReportFeed>());
        builder.Services.AddHealthChecks().AddCheck<AgentHealth>("agent").AddCheck<ReceiptHealth>("receipts");
        Telemetry.Add(builder);

        WebApplication app = builder.Build();
        app.Use(SecurityHeaders);
        app.MapTokenThriftReport("/");
        app.MapHealthChecks("/health", new() { ResponseWriter = HealthText.WriteAsync });
        app.MapPrometheusScrapingEndpoint("/metrics");
        return app;
    }

    private static void AddAgent(IServiceCollection services, DashboardOptions dashboard)
    {
        var provider = new SimulatedProvider(ModelCatalog.Default);
        IChatClient Client(ModelGrade grade) => new PacedChatClient(provider.Client(grade), dashboard.Pace);

        services.AddSingleton(provider);
        services.AddSingleton<TimeProvider>(provider.Clock);
        services.AddSingleton<CloseProgress>();
        services.AddHostedService<CloseService>();
        services.AddChatClient(_ => Client(ModelGrade.Strong)).UseKernelFunctionInvocation();
        services.AddKernel().AddTokenThrift();
        services.AddOptions<TokenThriftOptions>().Configure<CloseProgress, IOptions<DashboardOptions>>((thrift, progress, options) =>
        {
            thrift.AddModel(ModelGrade.Middle.ModelId, _ => Client(ModelGrade.Middle));
            thrift.AddModel(ModelGrade.Small.ModelId, _ => Client(ModelGrade.Small));
            thrift.Routing.Checks.Add(new RehearsedModels((task, model) => progress.Rehearsal?.Passed(task, model)));
            thrift.BudgetLadder.Stop = BudgetStop.FinalMessage;
            thrift.Receipts.RecentCapacity = ReceiptsInMemory;
            thrift.Receipts.IncludeContent = options.Value.ShowContent;
        });
    }

    private static Task SecurityHeaders(HttpContext context, RequestDelegate next)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; img-src data:; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        return next(context);
    }
}
