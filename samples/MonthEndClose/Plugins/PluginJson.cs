using System.Text.Json;

namespace TokenThrift.Samples.MonthEndClose.Plugins;

/// <summary>How the company's systems answer: compact JSON, long lists by the page.</summary>
internal static class PluginJson
{
    private const int PageSize = 80;

    public static string Of(object value) => JsonSerializer.Serialize(value, JsonSerializerOptions.Web);

    public static string Page<T>(string entity, IReadOnlyList<T> rows, int page)
    {
        int pages = Math.Max(1, (rows.Count + PageSize - 1) / PageSize);
        return page < 1 || page > pages
            ? Of(new { error = $"There is no page {page}; {entity} has {pages}." })
            : Of(new { entity, page, pages, rows = rows.Skip((page - 1) * PageSize).Take(PageSize) });
    }
}
