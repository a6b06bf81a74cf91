using Microsoft.Extensions.AI;

namespace TokenThrift.Budgets;

/// <summary>How often a provider's client sends a request by itself.</summary>
internal static class ClientRetries
{
    /// <summary>The OpenAI and Azure OpenAI clients (System.ClientModel's <c>ClientRetryPolicy</c>) retry three times after the first request.</summary>
    private const int OpenAI = 4;

    public static int RequestsPerCall(IChatClient client) => RequestsPerCall((client.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata)?.ProviderName);

    public static int RequestsPerCall(string? provider) => provider?.Contains("openai", StringComparison.OrdinalIgnoreCase) == true ? OpenAI : 1;
}
