using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;

namespace TokenThrift.TestSupport;

/// <summary>Sends commands to a browser and hands out its events.</summary>
internal sealed class DevToolsConnection : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _waiting = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _reading = Task.CompletedTask;
    private int _last;

    private DevToolsConnection()
    {
    }

    /// <summary>An event: session, method and parameters.</summary>
    public event Action<string?, string, JsonElement>? Received;

    public static async Task<DevToolsConnection> OpenAsync(Uri address)
    {
        var connection = new DevToolsConnection();
        await connection._socket.ConnectAsync(address, CancellationToken.None);
        connection._reading = connection.ReadAsync();
        return connection;
    }

    public async Task<JsonElement> SendAsync(string method, object? parameters = null, string? session = null)
    {
        int id = Interlocked.Increment(ref _last);
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answer;
        byte[] message = JsonSerializer.SerializeToUtf8Bytes(session is null
            ? new { id, method, @params = parameters ?? new { } }
            : (object)new { id, method, @params = parameters ?? new { }, sessionId = session });
        await _turn.WaitAsync();
        try
        {
            await _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, _stop.Token);
        }
        finally
        {
            _turn.Release();
        }

        return await answer.Task.WaitAsync(Limit);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _socket.Dispose();
        _turn.Dispose();
        _stop.Dispose();
    }

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[64 * 1024];
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                WebSocketReceiveResult part = await _socket.ReceiveAsync(buffer, _stop.Token);
                message.Write(buffer, 0, part.Count);
                if (part.EndOfMessage)
                {
                    Take(JsonSerializer.Deserialize<JsonElement>(message.ToArray()));
                    message.SetLength(0);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            foreach (TaskCompletionSource<JsonElement> waiting in _waiting.Values)
            {
                waiting.TrySetException(new InvalidOperationException("The browser is gone.", e));
            }
        }
    }

    private void Take(JsonElement message)
    {
        if (!message.TryGetProperty("id", out JsonElement id))
        {
            Received?.Invoke(message.TryGetProperty("sessionId", out JsonElement session) ? session.GetString() : null, message.GetProperty("method").GetString()!, message.GetProperty("params"));
        }
        else if (_waiting.TryRemove(id.GetInt32(), out TaskCompletionSource<JsonElement>? waiting))
        {
            if (message.TryGetProperty("error", out JsonElement error))
            {
                waiting.SetException(new InvalidOperationException(error.GetProperty("message").GetString()));
            }
            else
            {
                waiting.SetResult(message.GetProperty("result"));
            }
        }
    }
}
