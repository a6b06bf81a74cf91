using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>The settings of a single request that the router reads.</summary>
public static class RoutingSettings
{
    /// <summary>
    /// Gets the setting that names what kind of work the request is, such as <c>extract-invoice</c>. It is the strongest
    /// hint there is for how well a cheap model will do; without it, instructions, tools and answer format tell kinds apart.
    /// </summary>
    public static RequestSetting<string> TaskType { get; } = new("routing.task-type");
}
