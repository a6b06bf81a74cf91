using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TokenThrift.Receipts;
using TokenThrift.Samples.Dashboard;
using TokenThrift.Samples.Dashboard.Agent;

namespace TokenThrift.Samples.Tests.Dashboard;

/// <summary>The dashboard on a free port, with one close to do.</summary>
internal sealed class RunningDashboard : IAsyncDisposable
{
    private RunningDashboard(WebApplication app)
    {
        App = app;
        Address = new Uri(app.Urls.Single());
        Client = new HttpClient { BaseAddress = Address };
    }

    public WebApplication App { get; }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public ReceiptBook Book => App.Services.GetRequiredService<ReceiptBook>();

    public CloseProgress Progress => App.Services.GetRequiredService<CloseProgress>();

    public static async Task<RunningDashboard> StartAsync(params string[] args)
    {
        WebApplication app = DashboardApp.Build(["--Dashboard:Port=0", "--Dashboard:Closes=1", "--Dashboard:Pace=00:00:00", .. args]);
        await app.StartAsync();
        return new RunningDashboard(app);
    }

    /// <summary>Waits until the agent has closed its month.</summary>
    public async Task UntilDoneAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (Progress.Now != "done")
        {
            Assert.Null(Progress.Failure);
            await Task.Delay(50, limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.DisposeAsync();
    }
}
