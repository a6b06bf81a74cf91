using Microsoft.Extensions.Hosting;

namespace TokenThrift;

/// <summary>Reads the options when a host starts, so that a wrong setting stops the start and not the first request.</summary>
internal sealed class TokenThriftStartupCheck(TokenThriftRuntime runtime) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = runtime.SourceFor(null).Current;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
