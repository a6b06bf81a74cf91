using Microsoft.Extensions.AI;

namespace TokenThrift.Requests;

/// <summary>Asks a model for one word about something that a request brought up. Safe for concurrent use if the client is.</summary>
/// <param name="client">The model's client. Not disposed here.</param>
internal sealed class JudgeCall(IChatClient client)
{
    private const int LongestReply = 16;

    private readonly bool _isOurs = client.GetService(typeof(ThriftChatClient)) is not null;
    private readonly string? _modelId = (client.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata)?.DefaultModelId;

    public IChatClient Client => client;

    /// <summary>Returns the options of a call on behalf of a request: who asks stays, what the application tells its own model does not.</summary>
    /// <param name="request">The options of the request, or null.</param>
    public static ChatOptions OptionsFor(ChatOptions? request)
    {
        var options = new ChatOptions { Temperature = 0, MaxOutputTokens = LongestReply, AdditionalProperties = RequestSettings.OnlyOurs(request?.AdditionalProperties)?.Clone() };
        RequestSettings.Purpose.Set(options, CallPurpose.Judge);
        return options;
    }

    /// <summary>Asks.</summary>
    /// <param name="messages">The instructions and what is to be judged.</param>
    /// <param name="options">What <see cref="OptionsFor"/> returned.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What it replied.</returns>
    /// <exception cref="CallRefusedException">Budget or policy do not let it be asked; that says nothing of what was to be judged.</exception>
    public async ValueTask<JudgeReply> AskAsync(ChatMessage[] messages, ChatOptions options, CancellationToken cancellationToken)
    {
        ChatResponse reply = await client.GetResponseAsync(messages, _isOurs ? options : RequestSettings.Strip(options), cancellationToken).ConfigureAwait(false);
        return new JudgeReply(reply.Text.Trim(), reply.Usage, reply.ModelId ?? _modelId);
    }
}
