using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;
using Xunit;

namespace TokenThrift.TestSupport;

/// <summary>A Redis server as a process of its own, in memory only, on a port of its own.</summary>
public sealed class RedisServer : IDisposable
{
    private readonly Process _process;
    private readonly int _port;

    public RedisServer()
    {
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            _port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        _process = Process.Start(new ProcessStartInfo(Executable!, ["--port", $"{_port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]) { RedirectStandardOutput = true })!;
        while (_process.StandardOutput.ReadLine() is { } line && !line.Contains("Ready to accept connections", StringComparison.Ordinal))
        {
        }

        _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
    }

    /// <summary>Gets the path of the server, or null where none is installed.</summary>
    public static string? Executable { get; } = Array.Find(["/usr/bin/redis-server", "/usr/local/bin/redis-server", "/opt/homebrew/bin/redis-server"], File.Exists);

    /// <summary>Gets how to connect.</summary>
    public ConfigurationOptions Settings() => new() { EndPoints = { { "127.0.0.1", _port } }, AllowAdmin = true };

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}

/// <summary>A test that needs a Redis server. It is skipped, and says so, where none is installed.</summary>
public sealed class RedisServerFactAttribute : FactAttribute
{
    public RedisServerFactAttribute()
    {
        if (RedisServer.Executable is null)
        {
            Skip = "No Redis server is installed, so it was not asked (apt-get install redis-server).";
        }
    }
}
