using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace TokenThrift;

/// <summary>Binds the options from the section <see cref="TokenThriftOptions.SectionName"/>, where there is a configuration, and says when it changes.</summary>
internal sealed class TokenThriftConfiguration(IConfiguration? configuration) : IConfigureOptions<TokenThriftOptions>, IOptionsChangeTokenSource<TokenThriftOptions>
{
    private static readonly CancellationChangeToken Never = new(CancellationToken.None);

    public string? Name => Options.DefaultName;

    public IChangeToken GetChangeToken() => configuration?.GetReloadToken() ?? Never;

    // A misspelt key must not be a setting that silently has no effect.
    public void Configure(TokenThriftOptions options) =>
        configuration?.GetSection(TokenThriftOptions.SectionName).Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
}
