using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace TokenThrift.Samples.Dashboard.Agent;

/// <summary>Healthy while the agent works or is done.</summary>
internal sealed class AgentHealth(CloseProgress progress) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        string text = $"{progress.Now}; {progress.Closes} closes, {progress.Tasks} tasks";
        return Task.FromResult(progress.Failure is { } failure ? HealthCheckResult.Unhealthy(text, failure) : HealthCheckResult.Healthy(text));
    }
}
