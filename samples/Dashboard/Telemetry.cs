using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using TokenThrift.Receipts;

namespace TokenThrift.Samples.Dashboard;

/// <summary>Exports what TokenThrift measures: to whoever scrapes <c>/metrics</c>, and over OTLP where the standard variable names a collector.</summary>
internal static class Telemetry
{
    private const string Collector = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void Add(WebApplicationBuilder builder)
    {
        OpenTelemetryBuilder telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("tokenthrift-dashboard"))
            .WithMetrics(metrics => metrics.AddMeter(ThriftTelemetry.Name).AddPrometheusExporter())
            .WithTracing(tracing => tracing.AddSource(ThriftTelemetry.Name));
        if (!string.IsNullOrWhiteSpace(builder.Configuration[Collector]))
        {
            telemetry.UseOtlpExporter();
        }
    }
}
