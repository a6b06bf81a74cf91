using Microsoft.Extensions.Diagnostics.HealthChecks;
using TokenThrift.Receipts;

namespace TokenThrift.Samples.Dashboard.Agent;

/// <summary>Degraded once a sink or a meter has failed to take a receipt.</summary>
internal sealed class ReceiptHealth(ReceiptBook book) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        string text = $"{book.Total.Requests} receipts, {book.SinkFailures} not taken by a sink";
        return Task.FromResult(book.SinkFailures > 0 ? HealthCheckResult.Degraded(text) : HealthCheckResult.Healthy(text));
    }
}
