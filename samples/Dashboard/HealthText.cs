using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace TokenThrift.Samples.Dashboard;

/// <summary>Writes a health report as JSON, without the details of exceptions.</summary>
internal static class HealthText
{
    public static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        status = report.Status.ToString(),
        checks = report.Entries.ToDictionary(entry => entry.Key, entry => new { status = entry.Value.Status.ToString(), says = entry.Value.Description }),
    });
}
