using System.ClientModel.Primitives;
using System.Diagnostics.CodeAnalysis;

namespace TokenThrift.Tests.Routing;

/// <summary>A provider's response of a status and one header, as the OpenAI client's exceptions carry it.</summary>
internal sealed class HeaderResponse(int status, string header, string value) : PipelineResponse
{
    public override int Status => status;

    public override string ReasonPhrase => string.Empty;

    public override Stream? ContentStream { get; set; }

    public override BinaryData Content => BinaryData.Empty;

    protected override PipelineResponseHeaders HeadersCore { get; } = new OneHeader(header, value);

    public override BinaryData BufferContent(CancellationToken cancellationToken = default) => Content;

    public override ValueTask<BinaryData> BufferContentAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(Content);

    public override void Dispose()
    {
    }

    private sealed class OneHeader(string header, string value) : PipelineResponseHeaders
    {
        public override IEnumerator<KeyValuePair<string, string>> GetEnumerator()
        {
            yield return new KeyValuePair<string, string>(header, value);
        }

        public override bool TryGetValue(string name, [NotNullWhen(true)] out string? found)
        {
            found = string.Equals(name, header, StringComparison.OrdinalIgnoreCase) ? value : null;
            return found is not null;
        }

        public override bool TryGetValues(string name, [NotNullWhen(true)] out IEnumerable<string>? found)
        {
            found = TryGetValue(name, out string? one) ? [one] : null;
            return found is not null;
        }
    }
}
