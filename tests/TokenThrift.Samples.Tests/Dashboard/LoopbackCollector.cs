using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TokenThrift.Samples.Tests.Dashboard;

/// <summary>Takes what an OTLP exporter sends over HTTP.</summary>
internal sealed class LoopbackCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, string> _received = new();

    private LoopbackCollector(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    public static async Task<LoopbackCollector> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        WebApplication app = builder.Build();
        var collector = new LoopbackCollector(app);
        app.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            string text = Encoding.Latin1.GetString(body.ToArray());
            collector._received.AddOrUpdate(signal, text, (_, before) => before + text);
            return Results.Bytes([], "application/x-protobuf");
        });
        await app.StartAsync();
        return collector;
    }

    /// <summary>Waits until a signal has come in that names something.</summary>
    public async Task UntilAsync(string signal, string name)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!_received.GetValueOrDefault(signal, string.Empty).Contains(name, StringComparison.Ordinal))
        {
            await Task.Delay(50, limit.Token);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
