using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.AI;

namespace TokenThrift.Receipts;

/// <summary>Finds the usage of a response in the places where adapters put it.</summary>
/// <remarks>
/// Semantic Kernel's adapter from a chat-completion service leaves <see cref="ChatResponse.Usage"/> empty and keeps the
/// provider's own usage object under "Usage" in the additional properties of the message, or of the streaming update.
/// </remarks>
internal static class UsageReader
{
    private const string Key = "Usage";

    public static TokenUsage? Read(ChatResponse response)
    {
        if (TokenUsage.From(response.Usage) is { } usage || (usage = Foreign(response.AdditionalProperties) ?? default) != default)
        {
            return usage;
        }

        TokenUsage? sum = null;
        foreach (ChatMessage message in response.Messages)
        {
            if (Foreign(message.AdditionalProperties) is { } part)
            {
                sum = sum is { } known ? known + part : part;
            }
        }

        return sum;
    }

    public static TokenUsage? Read(ChatResponseUpdate update)
    {
        TokenUsage? sum = null;
        foreach (AIContent content in update.Contents)
        {
            if (content is UsageContent { Details: { } details } && TokenUsage.From(details) is { } part)
            {
                sum = sum is { } known ? known + part : part;
            }
        }

        return sum;
    }

    /// <summary>Reads a provider's own usage object, which stands on the last update that has one.</summary>
    public static TokenUsage? Foreign(AdditionalPropertiesDictionary? properties) =>
        properties is not null && properties.TryGetValue(Key, out object? value) ? value switch
        {
            UsageDetails details => TokenUsage.From(details),
            UsageContent { Details: { } details } => TokenUsage.From(details),
            null => null,
            _ => Reflect(value),
        } : null;

    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "Where the members were trimmed away the usage is counted instead, and flagged as an estimate.")]
    private static TokenUsage? Reflect(object value)
    {
        long? input = Number(value, "InputTokenCount") ?? Number(value, "InputTokens");
        long? output = Number(value, "OutputTokenCount") ?? Number(value, "OutputTokens");
        if (input is null && output is null)
        {
            return null;
        }

        object? inputDetails = value.GetType().GetProperty("InputTokenDetails")?.GetValue(value);
        object? outputDetails = value.GetType().GetProperty("OutputTokenDetails")?.GetValue(value);
        return TokenUsage.From(new UsageDetails
        {
            InputTokenCount = input,
            OutputTokenCount = output,
            CachedInputTokenCount = inputDetails is null ? null : Number(inputDetails, "CachedTokenCount"),
            ReasoningTokenCount = outputDetails is null ? null : Number(outputDetails, "ReasoningTokenCount"),
        });
    }

    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "Where the members were trimmed away the usage is counted instead, and flagged as an estimate.")]
    private static long? Number(object value, string name) =>
        value.GetType().GetProperty(name, BindingFlags.Public | BindingFlags.Instance)?.GetValue(value) is IConvertible number
            ? Convert.ToInt64(number, CultureInfo.InvariantCulture)
            : null;
}
