using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TokenThrift.TestSupport;

/// <summary>An OpenAI-compatible chat completions endpoint on 127.0.0.1, on a free port, for tests of what crosses the wire.</summary>
/// <remarks>It answers with what a function returns, plain or as server-sent events, and remembers every request.</remarks>
public sealed class LoopbackOpenAIServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Func<LoopbackRequest, CancellationToken, Task<LoopbackReply>> _answer;
    private readonly ConcurrentQueue<LoopbackRequest> _requests = new();
    private readonly CancellationTokenSource _closing = new();
    private int _count;
    private int _connections;

    private LoopbackOpenAIServer(Func<LoopbackRequest, CancellationToken, Task<LoopbackReply>> answer)
    {
        _answer = answer;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Use(next => connection =>
        {
            Interlocked.Increment(ref _connections);
            return next(connection);
        })));
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    /// <summary>Gets the base address to give to a client, such as <c>http://127.0.0.1:12345/v1</c>.</summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>Gets the requests so far, in the order in which they arrived; failed and retried ones count too.</summary>
    public IReadOnlyList<LoopbackRequest> Requests => [.. _requests];

    /// <summary>Gets how many connections were opened so far, whatever for: at none, not a byte has come.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Starts a server that answers with what a function returns.</summary>
    public static async Task<LoopbackOpenAIServer> StartAsync(Func<LoopbackRequest, CancellationToken, Task<LoopbackReply>> answer)
    {
        var server = new LoopbackOpenAIServer(answer);
        await server._app.StartAsync().ConfigureAwait(false);
        IServerAddressesFeature addresses = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        server.Endpoint = new Uri($"{addresses.Addresses.First()}/v1");
        return server;
    }

    /// <summary>Starts a server that answers with what a function returns.</summary>
    public static Task<LoopbackOpenAIServer> StartAsync(Func<LoopbackRequest, LoopbackReply> answer) =>
        StartAsync((request, _) => Task.FromResult(answer(request)));

    /// <summary>Starts a server that gives these replies in order and then the last one for ever.</summary>
    public static Task<LoopbackOpenAIServer> StartAsync(params LoopbackReply[] replies) =>
        StartAsync(request => replies[Math.Min(request.Index, replies.Length - 1)]);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        _closing.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method) || !context.Request.Path.Value!.EndsWith("/chat/completions", StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _closing.Token);
        LoopbackRequest request = await ReadAsync(context.Request, cancellation.Token).ConfigureAwait(false);
        try
        {
            LoopbackReply reply = await _answer(request, cancellation.Token).ConfigureAwait(false);
            await WriteAsync(context, request, reply, cancellation.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }

    private async Task<LoopbackRequest> ReadAsync(HttpRequest http, CancellationToken cancellationToken)
    {
        using JsonDocument body = await JsonDocument.ParseAsync(http.Body, default, cancellationToken).ConfigureAwait(false);
        var headers = http.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var request = new LoopbackRequest(Interlocked.Increment(ref _count) - 1, body.RootElement.Clone(), headers);
        _requests.Enqueue(request);
        return request;
    }

    private static async Task WriteAsync(HttpContext context, LoopbackRequest request, LoopbackReply reply, CancellationToken cancellationToken)
    {
        HttpResponse response = context.Response;
        if (reply.Fault == LoopbackFault.Hang || (reply.Fault == LoopbackFault.Stall && !request.IsStreaming))
        {
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
        }

        response.StatusCode = reply.StatusCode;
        if (reply.RetryAfterText is not null || reply.RetryAfter is not null)
        {
            response.Headers.RetryAfter = reply.RetryAfterText
                ?? ((int)Math.Ceiling(reply.RetryAfter!.Value.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        if (reply.StatusCode != StatusCodes.Status200OK)
        {
            await WriteJsonAsync(response, LoopbackWire.Error(reply).ToJsonString(), cancellationToken).ConfigureAwait(false);
        }
        else if (request.IsStreaming)
        {
            await StreamAsync(response, request, reply, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            string json = LoopbackWire.Completion(request, reply).ToJsonString();
            if (reply.Fault == LoopbackFault.Cut)
            {
                response.ContentLength = Encoding.UTF8.GetByteCount(json);
                await response.WriteAsync(json[..(json.Length / 2)], cancellationToken).ConfigureAwait(false);
                await response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
                context.Abort();
                return;
            }

            await WriteJsonAsync(response, reply.Fault == LoopbackFault.BadJson ? json[..^20] : json, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task StreamAsync(HttpResponse response, LoopbackRequest request, LoopbackReply reply, CancellationToken cancellationToken)
    {
        response.ContentType = "text/event-stream";
        JsonObject[] chunks = [.. LoopbackWire.Chunks(request, reply)];
        int whole = reply.Fault == LoopbackFault.None ? chunks.Length : reply.Fault == LoopbackFault.Stall ? 1 : (chunks.Length + 1) / 2;
        for (int i = 0; i < whole; i++)
        {
            if (i == chunks.Length / 2 && reply.Pause is { } pause)
            {
                await pause.WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            await response.WriteAsync($"data: {chunks[i].ToJsonString()}\n\n", cancellationToken).ConfigureAwait(false);
            await response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        switch (reply.Fault)
        {
            case LoopbackFault.Cut:
                // Kestrel closes the connection without the last chunk; an abort would take back what has been sent.
                throw new IOException("The connection is cut on purpose.");
            case LoopbackFault.Stall:
                await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
                break;
            case LoopbackFault.BadJson:
                await response.WriteAsync("data: {\"id\": \"chatcmpl\n\n", cancellationToken).ConfigureAwait(false);
                break;
            default:
                await response.WriteAsync("data: [DONE]\n\n", cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    private static Task WriteJsonAsync(HttpResponse response, string json, CancellationToken cancellationToken)
    {
        response.ContentType = "application/json";
        return response.WriteAsync(json, cancellationToken);
    }
}
