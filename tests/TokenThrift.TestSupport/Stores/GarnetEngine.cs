using System.Net;
using System.Net.Sockets;
using Garnet;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using StackExchange.Redis;

namespace TokenThrift.TestSupport;

/// <summary>A real server that speaks the protocol of Redis, in this process, on a port of its own.</summary>
public sealed class GarnetEngine : IDisposable
{
    private readonly List<IDisposable> _open = [];
    private readonly int _port = FreePort();
    private GarnetServer? _server;

    public GarnetEngine()
    {
        _server = new GarnetServer(["--port", $"{_port}", "--bind", "127.0.0.1", "--memory", "64m", "--index", "8m", "--lua", "--lua-transaction-mode", "-q"]);
        _server.Start();
    }

    /// <summary>Gets the port that it listens to.</summary>
    public int Port => _port;

    /// <summary>Opens a connection of its own, as another process would.</summary>
    public RedisCache Connect()
    {
        var cache = new RedisCache(new RedisCacheOptions { ConfigurationOptions = Settings() });
        _open.Add(cache);
        return cache;
    }

    /// <summary>Returns how long each key that is kept has left; null for one without an end.</summary>
    public async Task<IReadOnlyDictionary<string, TimeSpan?>> LivesAsync()
    {
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(Settings());
        var lives = new Dictionary<string, TimeSpan?>(StringComparer.Ordinal);
        await foreach (RedisKey key in connection.GetServer("127.0.0.1", _port).KeysAsync())
        {
            lives[key.ToString()] = await connection.GetDatabase().KeyTimeToLiveAsync(key);
        }

        return lives;
    }

    public void Stop()
    {
        _server?.Dispose();
        _server = null;
    }

    public void Dispose()
    {
        _open.ForEach(cache => cache.Dispose());
        Stop();
    }

    /// <summary>Gets how to connect: nothing is tried twice, and what fails fails soon.</summary>
    public ConfigurationOptions Settings() => new()
    {
        EndPoints = { { "127.0.0.1", _port } },
        AbortOnConnectFail = false,
        ConnectTimeout = 2000,
        AsyncTimeout = 2000,
        SyncTimeout = 2000,
        BacklogPolicy = BacklogPolicy.FailFast,
    };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
