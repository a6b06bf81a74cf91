using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace TokenThrift.Compression.Retrieval;

/// <summary>An exchange as a line of text, so that another process can put it back. Pure functions.</summary>
internal static class ExchangeLine
{
    private static readonly JsonTypeInfo<ChatResponse> MessagesType = (JsonTypeInfo<ChatResponse>)AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ChatResponse));

    /// <summary>Writes an exchange: its full messages, its visible ones, its results, each as JSON.</summary>
    public static string Write(HiddenExchange exchange) => string.Join('\t', Write(exchange.Full), Write(exchange.Visible), Write([exchange.Results]));

    /// <summary>Reads a line, or returns <see langword="null"/> where it is none.</summary>
    public static HiddenExchange? Parse(string line)
    {
        try
        {
            return line.Split('\t') is [string full, string visible, string results] && Read(results) is [ChatMessage result]
                ? new HiddenExchange(Read(full), Read(visible), result)
                : null;
        }
        catch (JsonException)
        {
            // Damaged, or of another version: what is not there costs a break and nothing else.
            return null;
        }
    }

    // Written without line ends or tabs: JSON escapes those of the content.
    private static string Write(IReadOnlyList<ChatMessage> messages) => JsonSerializer.SerializeToElement(new ChatResponse([.. messages]), MessagesType).GetRawText().ReplaceLineEndings(string.Empty);

    private static IReadOnlyList<ChatMessage> Read(string json)
    {
        IList<ChatMessage> messages = (JsonSerializer.Deserialize(json, MessagesType) ?? throw new JsonException("empty")).Messages;
        foreach (FunctionResultContent result in messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>())
        {
            // Text comes back as a JSON value, which a provider's client would send with its quotes.
            result.Result = result.Result is JsonElement { ValueKind: JsonValueKind.String } text ? text.GetString() : result.Result;
        }

        return [.. messages];
    }
}
