using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;
using Xunit;

namespace TokenThrift.TestSupport;

/// <summary>A Redis server as a process of its own, on a port of its own: in memory only, or with a journal that holds what it has acknowledged.</summary>
public sealed class RedisServer : IDisposable
{
    private readonly string? _directory;
    private readonly int _port;
    private Process? _process;

    public RedisServer(bool keepsJournal = false)
    {
        _directory = keepsJournal ? Directory.CreateTempSubdirectory("redis").FullName : null;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            _port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        Start();
    }

    /// <summary>Gets the path of the server, or null where none is installed.</summary>
    public static string? Executable { get; } = Array.Find(["/usr/bin/redis-server", "/usr/local/bin/redis-server", "/opt/homebrew/bin/redis-server"], File.Exists);

    /// <summary>Gets how to connect.</summary>
    public ConfigurationOptions Settings() => new() { EndPoints = { { "127.0.0.1", _port } }, AbortOnConnectFail = false, AsyncTimeout = 500, BacklogPolicy = BacklogPolicy.FailFast };

    public void Start()
    {
        string[] kept = _directory is null ? ["--appendonly", "no"] : ["--dir", _directory, "--appendonly", "yes", "--appendfsync", "always"];
        _process = Process.Start(new ProcessStartInfo(Executable!, ["--port", $"{_port}", "--bind", "127.0.0.1", "--save", "", .. kept]) { RedirectStandardOutput = true })!;
        while (_process.StandardOutput.ReadLine() is { } line && !line.Contains("Ready to accept connections", StringComparison.Ordinal))
        {
        }

        _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
    }

    /// <summary>Ends it at once, whatever it is at.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    public void Dispose()
    {
        if (_process is not null)
        {
            Kill();
        }

        if (_directory is not null)
        {
            Directory.Delete(_directory, recursive: true);
        }
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
