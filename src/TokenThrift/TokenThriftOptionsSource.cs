using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace TokenThrift;

/// <summary>The options in force: validated when they are first read, and again when configuration changes.</summary>
/// <remarks>
/// A first reading that does not hold is an exception. A later one that does not hold is logged and the options before it
/// stay in force, since a running service must not stop for a slip in a file. Safe for concurrent use.
/// </remarks>
internal sealed partial class TokenThriftOptionsSource : IDisposable
{
    private readonly Func<TokenThriftOptions> _make;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly IDisposable[] _changes;
    private TokenThriftOptions? _current;
    private volatile bool _isStale;

    public TokenThriftOptionsSource(
        Func<TokenThriftOptions> make, IEnumerable<IOptionsChangeTokenSource<TokenThriftOptions>> changes, ILogger<TokenThriftOptions>? logger)
    {
        _make = make;
        _logger = logger ?? NullLogger<TokenThriftOptions>.Instance;
        _changes = [.. changes.Select(source => ChangeToken.OnChange(source.GetChangeToken, () => _isStale = true))];
    }

    /// <summary>Gets the options in force.</summary>
    /// <exception cref="OptionsValidationException">The first reading does not hold.</exception>
    public TokenThriftOptions Current => _isStale || _current is null ? Read() : _current;

    public void Dispose()
    {
        foreach (IDisposable change in _changes)
        {
            change.Dispose();
        }
    }

    private TokenThriftOptions Read()
    {
        lock (_lock)
        {
            if (_current is { } current && !_isStale)
            {
                return current;
            }

            _isStale = false;
            try
            {
                TokenThriftOptions options = _make();
                TokenThriftOptionsValidator.ThrowIfInvalid(options);
                return _current = options;
            }
            catch (Exception e) when (_current is not null)
            {
                ReloadFailed(_logger, e);
                return _current;
            }
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The changed TokenThrift options do not hold; those before stay in force.")]
    private static partial void ReloadFailed(ILogger logger, Exception exception);
}
