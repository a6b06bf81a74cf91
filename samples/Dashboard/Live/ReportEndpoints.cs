using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Options;
using TokenThrift.Receipts;
using TokenThrift.Samples.Dashboard.Agent;

namespace TokenThrift.Samples.Dashboard.Live;

/// <summary>The live report's endpoints.</summary>
internal static class ReportEndpoints
{
    private static readonly string Script = ReadScript();

    /// <summary>Maps the live page, its events, the report in every form, and single receipts.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="prefix">Where they start, such as <c>/</c> or <c>/thrift</c>.</param>
    /// <returns>The group, for conventions such as authorization.</returns>
    public static RouteGroupBuilder MapTokenThriftReport(this IEndpointRouteBuilder endpoints, string prefix)
    {
        RouteGroupBuilder group = endpoints.MapGroup(prefix);
        group.MapGet("", (ReportMaker maker) => TypedResults.Content(LivePage.Of(maker.Report()), "text/html; charset=utf-8"));
        group.MapGet("live.js", () => TypedResults.Content(Script, "text/javascript; charset=utf-8"));
        group.MapGet("events", (ReportFeed feed, CloseProgress progress, IHostApplicationLifetime lifetime, CancellationToken aborted) =>
            TypedResults.ServerSentEvents(News(feed, progress, lifetime.ApplicationStopping, aborted)));
        group.MapGet("report.html", (ReportMaker maker) => TypedResults.Content(maker.Report().ToHtml(), "text/html; charset=utf-8"));
        group.MapGet("report.json", (ReportMaker maker) => TypedResults.Content(maker.Report().ToJson(), "application/json"));
        group.MapGet("report.csv", (ReportMaker maker) => TypedResults.Content(maker.Report().ToCsv(), "text/csv; charset=utf-8"));
        group.MapGet("report.md", (ReportMaker maker) => TypedResults.Content(maker.Report().ToMarkdown(), "text/markdown; charset=utf-8"));
        group.MapGet("receipts/{id}", Receipt);
        return group;
    }

    // The event stream ends with the application, or it could not stop while a page is open.
    private static async IAsyncEnumerable<SseItem<ReportNews>> News(
        ReportFeed feed, CloseProgress progress, CancellationToken stopping, CancellationToken aborted, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, aborted, cancellationToken);
        await using IAsyncEnumerator<long> versions = feed.WatchAsync(either.Token).GetAsyncEnumerator(CancellationToken.None);
        while (true)
        {
            try
            {
                if (!await versions.MoveNextAsync())
                {
                    yield break;
                }
            }
            catch (OperationCanceledException)
            {
                yield break;
            }

            yield return new SseItem<ReportNews>(ReportNews.Of(versions.Current, progress), "receipts");
        }
    }

    private static IResult Receipt(string id, ReceiptBook book, IOptions<DashboardOptions> options)
    {
        ThriftReceipt? receipt = book.Recent().FirstOrDefault(receipt => receipt.Id == id);
        return receipt is null ? TypedResults.NotFound()
            : TypedResults.Bytes(ReceiptJson.Serialize(options.Value.ShowContent ? receipt : receipt with { Content = null }), "application/json");
    }

    private static string ReadScript()
    {
        using Stream stream = typeof(ReportEndpoints).Assembly.GetManifestResourceStream("live.js")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
