using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace TokenThrift.Requests;

/// <summary>One setting that travels with a request in <see cref="ChatOptions.AdditionalProperties"/> and never reaches the provider.</summary>
/// <remarks>
/// Semantic Kernel turns its execution settings into JSON on the way, so a value may come back as text or as a
/// <see cref="JsonElement"/>; both are read where <typeparamref name="T"/> is a string, number, Boolean or enumeration.
/// A value that cannot be read is an <see cref="ArgumentException"/> that names the key, not a silent default.
/// </remarks>
/// <typeparam name="T">The type of the value.</typeparam>
public sealed class RequestSetting<T>
{
    /// <summary>Initializes a new instance of the <see cref="RequestSetting{T}"/> class.</summary>
    /// <param name="name">The name without the <c>tokenthrift.</c> prefix.</param>
    public RequestSetting(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Key = RequestSettings.Prefix + name;
    }

    /// <summary>Gets the key in <see cref="ChatOptions.AdditionalProperties"/>.</summary>
    public string Key { get; }

    /// <summary>Reads the setting.</summary>
    /// <param name="options">The options of the request, or <see langword="null"/>.</param>
    /// <param name="value">The value, when the result is <see langword="true"/>.</param>
    /// <returns>Whether the setting is present.</returns>
    /// <exception cref="ArgumentException">The setting is present but is not a <typeparamref name="T"/>.</exception>
    public bool TryGet(ChatOptions? options, out T value)
    {
        if (options?.AdditionalProperties is not { } properties || !properties.TryGetValue(Key, out object? raw) || raw is null)
        {
            value = default!;
            return false;
        }

        value = raw is T typed ? typed : Convert(raw);
        return true;
    }

    /// <summary>Reads the setting or a default.</summary>
    /// <param name="options">The options of the request, or <see langword="null"/>.</param>
    /// <param name="fallback">What to return where the setting is absent.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">The setting is present but is not a <typeparamref name="T"/>.</exception>
    public T GetOrDefault(ChatOptions? options, T fallback) => TryGet(options, out T value) ? value : fallback;

    /// <summary>Writes the setting into options that the caller owns.</summary>
    /// <param name="options">The options; changed in place.</param>
    /// <param name="value">The value.</param>
    public void Set(ChatOptions options, T value)
    {
        ArgumentNullException.ThrowIfNull(options);
        (options.AdditionalProperties ??= [])[Key] = value;
    }

    private T Convert(object raw)
    {
        string? text = raw switch
        {
            string s => s,
            JsonElement { ValueKind: JsonValueKind.String } e => e.GetString(),
            JsonElement { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } e => e.GetRawText(),
            IConvertible c => c.ToString(CultureInfo.InvariantCulture),
            _ => null,
        };

        Type type = Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T);
        try
        {
            if (text is not null && type.IsEnum && Enum.TryParse(type, text, ignoreCase: true, out object? constant) && Enum.IsDefined(type, constant))
            {
                return (T)constant;
            }

            if (text is not null && type == typeof(TimeSpan))
            {
                return (T)(object)TimeSpan.Parse(text, CultureInfo.InvariantCulture);
            }

            if (text is not null && !type.IsEnum && typeof(IConvertible).IsAssignableFrom(type))
            {
                return (T)System.Convert.ChangeType(text, type, CultureInfo.InvariantCulture);
            }
        }
        catch (Exception e) when (e is FormatException or OverflowException or InvalidCastException)
        {
            throw Unreadable(raw, e);
        }

        throw Unreadable(raw, null);
    }

    private ArgumentException Unreadable(object raw, Exception? cause) =>
        new($"The request setting '{Key}' holds a {raw.GetType().Name} that cannot be read as {typeof(T).Name}.", cause);
}
