using StackExchange.Redis;
using TokenThrift.TestSupport;

namespace TokenThrift.Redis.Tests;

/// <summary>A server in this process, for all tests of a class.</summary>
public sealed class Garnet : IDisposable
{
    private readonly GarnetEngine _engine = new();
    private readonly List<ConnectionMultiplexer> _open = [];

    public Garnet() => Connection = Connect();

    public ConnectionMultiplexer Connection { get; }

    /// <summary>Opens a connection of its own, as another machine would.</summary>
    public ConnectionMultiplexer Connect()
    {
        ConfigurationOptions settings = _engine.Settings();
        settings.AllowAdmin = true;
        ConnectionMultiplexer connection = ConnectionMultiplexer.Connect(settings);
        _open.Add(connection);
        return connection;
    }

    public void Stop() => _engine.Stop();

    public Task<IReadOnlyDictionary<string, TimeSpan?>> LivesAsync() => _engine.LivesAsync();

    public void Dispose()
    {
        _open.ForEach(connection => connection.Dispose());
        _engine.Dispose();
    }
}
