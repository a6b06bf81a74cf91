using Microsoft.Extensions.AI;

namespace TokenThrift.Requests;

/// <summary>The settings of a single request that every room understands, and how they are kept from the provider.</summary>
/// <remarks>Each capability declares its own further settings in its room, as <see cref="RequestSetting{T}"/> values.</remarks>
public static class RequestSettings
{
    /// <summary>The prefix of every key of ours in <see cref="ChatOptions.AdditionalProperties"/>.</summary>
    public const string Prefix = "tokenthrift.";

    /// <summary>Gets the setting that names the tenant.</summary>
    public static RequestSetting<string> Tenant { get; } = new("tenant");

    /// <summary>Gets the setting that names the end user.</summary>
    public static RequestSetting<string> User { get; } = new("user");

    /// <summary>Gets the setting that names the session.</summary>
    public static RequestSetting<string> Session { get; } = new("session");

    /// <summary>Gets the setting that names the task by its id; it wins over the ambient task.</summary>
    public static RequestSetting<string> Task { get; } = new("task");

    /// <summary>Gets the setting that names the data classification of the request, for which the policy over models may have further rules.</summary>
    public static RequestSetting<string> DataClassification { get; } = new("data-classification");

    /// <summary>Gets the setting that says what a call is for.</summary>
    public static RequestSetting<CallPurpose> Purpose { get; } = new("purpose");

    /// <summary>Gets the setting that numbers an attempt of the router within its request.</summary>
    public static RequestSetting<int> Attempt { get; } = new("attempt");

    /// <summary>Returns options without any setting of ours, for a client that is not of ours.</summary>
    /// <param name="options">The options, which are not changed.</param>
    /// <returns>The same options where there is nothing to remove, else a clone.</returns>
    public static ChatOptions? Strip(ChatOptions? options)
    {
        if (options?.AdditionalProperties is not { Count: > 0 } properties || !properties.Keys.Any(IsOurs))
        {
            return options;
        }

        ChatOptions clone = options.Clone();
        foreach (string key in properties.Keys.Where(IsOurs).ToArray())
        {
            clone.AdditionalProperties!.Remove(key);
        }

        if (clone.AdditionalProperties!.Count == 0)
        {
            clone.AdditionalProperties = null;
        }

        return clone;
    }

    /// <summary>Returns the settings of ours alone, without what the application set for a provider.</summary>
    internal static AdditionalPropertiesDictionary? OnlyOurs(AdditionalPropertiesDictionary? properties) =>
        properties is null || properties.Keys.All(IsOurs) ? properties : new AdditionalPropertiesDictionary(properties.Where(p => IsOurs(p.Key)));

    private static bool IsOurs(string key) => key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);
}
