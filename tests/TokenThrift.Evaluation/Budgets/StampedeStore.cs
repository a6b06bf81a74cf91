using System.Net;
using System.Net.Sockets;
using Garnet;
using StackExchange.Redis;
using TokenThrift.Budgets;
using TokenThrift.Redis;
using TokenThrift.Sqlite;

namespace TokenThrift.Evaluation.Budgets;

/// <summary>A store that the processes of a stampede share, and what ends with it.</summary>
internal sealed class StampedeStore : IAsyncDisposable
{
    private readonly object? _owned;

    private StampedeStore(IBudgetStore store, object? owned)
    {
        Store = store;
        _owned = owned;
    }

    public IBudgetStore Store { get; }

    /// <summary>Opens the store.</summary>
    /// <param name="kind">memory, sqlite or redis.</param>
    /// <param name="directory">The stampede's own directory; its name stands for the stampede on a server.</param>
    /// <param name="server">The server, for redis.</param>
    public static StampedeStore Open(string kind, string directory, string? server)
    {
        switch (kind)
        {
            case "sqlite":
                var sqlite = new SqliteBudgetStore(new SqliteBudgetStoreOptions { Path = Path.Combine(directory, "books.db") });
                return new StampedeStore(sqlite, sqlite);
            case "redis":
                ConnectionMultiplexer connection = ConnectionMultiplexer.Connect(server!);
                return new StampedeStore(new RedisBudgetStore(connection, new RedisBudgetStoreOptions { KeyPrefix = Path.GetFileName(directory) }), connection);
            default:
                return new StampedeStore(new MemoryBudgetStore(), null);
        }
    }

    /// <summary>Starts a server in this process.</summary>
    public static GarnetServer StartGarnet(out string address)
    {
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        var garnet = new GarnetServer(["--port", $"{port}", "--bind", "127.0.0.1", "--memory", "64m", "--index", "8m", "--lua", "--lua-transaction-mode", "-q"]);
        garnet.Start();
        address = $"127.0.0.1:{port}";
        return garnet;
    }

    public async ValueTask DisposeAsync()
    {
        (_owned as SqliteBudgetStore)?.Dispose();
        if (_owned is ConnectionMultiplexer connection)
        {
            await connection.DisposeAsync();
        }
    }
}
