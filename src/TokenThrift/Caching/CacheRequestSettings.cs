using TokenThrift.Requests;

namespace TokenThrift.Caching;

/// <summary>Settings of one request for the cache, carried in its options and removed before the provider sees them.</summary>
public static class CacheRequestSettings
{
    /// <summary>Gets the setting that keeps a request away from the cache: nothing is served, nothing stored.</summary>
    public static RequestSetting<bool> Bypass { get; } = new("cache.bypass");

    /// <summary>Gets the setting that asks the model afresh and stores its answer in place of the old one.</summary>
    public static RequestSetting<bool> Refresh { get; } = new("cache.refresh");

    /// <summary>Gets the setting that gives an entry tags, separated by commas, by which it can be invalidated.</summary>
    public static RequestSetting<string> Tags { get; } = new("cache.tags");

    /// <summary>Gets the setting that lowers <see cref="SemanticCachingOptions.MaxErrorRate"/> for one request; a higher value changes nothing, 0 keeps it to identical questions.</summary>
    public static RequestSetting<double> MaxErrorRate { get; } = new("cache.max-error-rate");
}
