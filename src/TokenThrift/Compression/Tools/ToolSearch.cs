using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Compression.Tools;

/// <summary>Asks the model again while all that it wants is to find tools, and keeps those calls from the application.</summary>
/// <remarks>One object a request; not safe for concurrent use.</remarks>
internal sealed class ToolSearch(ToolChoice choice, ToolSelectionOptions limits, IReadOnlyList<ChatMessage> messages, ChatOptions options)
{
    private const string Enough = "No more tools can be searched for within this answer. Go on with those that you have.";
    private readonly List<ChatMessage> _said = [];
    private readonly UsageDetails _usage = new();
    private ChatOptions _options = choice.Apply(options);
    private int _asked;
    private bool _sawSearch;
    private bool _sawOtherCall;

    /// <summary>Gets the messages of the next call.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; private set; } = messages;

    /// <summary>Gets the options of the next call.</summary>
    public ChatOptions Options => _options;

    /// <summary>Takes in a complete answer.</summary>
    /// <returns>Whether the model is to be asked again.</returns>
    public bool Continue(ChatResponse response)
    {
        FunctionCallContent[] calls = [.. response.Messages.SelectMany(message => message.Contents).Where(FindTool.IsCall).Cast<FunctionCallContent>()];
        if (calls.Length == 0)
        {
            return false;
        }

        bool isSpent = _asked++ >= limits.MaximumSearches;
        List<AIContent> results = [.. calls.Select(call => (AIContent)new FunctionResultContent(
            call.CallId, isSpent ? Enough : choice.Find(FindTool.QueryOf(call), limits.ToolsPerSearch)))];
        bool hasOther = response.Messages.Any(message => message.Contents.Any(content => content is FunctionCallContent && !FindTool.IsCall(content)));
        if (hasOther || _asked > limits.MaximumSearches + 1)
        {
            // With a tool of the application in the same answer, what was found is there in the next request.
            return false;
        }

        Messages = [.. Messages, .. response.Messages, new ChatMessage(ChatRole.Tool, results)];
        _options = choice.Apply(options);
        RequestSettings.Purpose.Set(_options, CallPurpose.Retrieval);
        _said.AddRange(Visible(response.Messages));
        if (response.Usage is not null)
        {
            _usage.Add(response.Usage);
        }

        _sawSearch = _sawOtherCall = false;
        return true;
    }

    /// <summary>Makes the answer that the application sees: what was said in all answers, and the usage of all calls.</summary>
    public ChatResponse Complete(ChatResponse response)
    {
        if (_asked == 0)
        {
            return response;
        }

        if (response.Usage is not null)
        {
            _usage.Add(response.Usage);
        }

        bool isSearch = response.Messages.Any(message => message.Contents.Any(FindTool.IsCall));
        response.Messages = [.. _said, .. Visible(response.Messages)];
        response.Usage = _usage;
        bool hasCalls = response.Messages.Any(message => message.Contents.Any(content => content is FunctionCallContent));
        response.FinishReason = isSearch && !hasCalls ? ChatFinishReason.Stop : response.FinishReason;
        return response;
    }

    /// <summary>Returns what the application sees of an update, or <see langword="null"/> when nothing is left of it.</summary>
    public ChatResponseUpdate? Show(ChatResponseUpdate update)
    {
        bool isSearch = update.Contents.Any(FindTool.IsCall);
        _sawSearch |= isSearch;
        _sawOtherCall |= update.Contents.Any(content => content is FunctionCallContent && !FindTool.IsCall(content));
        bool hidesReason = _sawSearch && !_sawOtherCall && update.FinishReason is not null;
        if (!isSearch && !hidesReason)
        {
            return update;
        }

        ChatResponseUpdate visible = update.Clone();
        visible.RawRepresentation = null;
        visible.Contents = [.. update.Contents.Where(content => !FindTool.IsCall(content))];
        if (hidesReason)
        {
            // Another answer follows, unless the model has searched too often; then the stream ends as an answer does.
            visible.FinishReason = _asked > limits.MaximumSearches ? ChatFinishReason.Stop : null;
        }

        return visible.Contents.Count > 0 || visible.FinishReason is not null ? visible : null;
    }

    private static IEnumerable<ChatMessage> Visible(IEnumerable<ChatMessage> messages)
    {
        foreach (ChatMessage message in messages)
        {
            if (!message.Contents.Any(FindTool.IsCall))
            {
                yield return message;
            }
            else if (message.Contents.Where(content => !FindTool.IsCall(content)).ToList() is { Count: > 0 } rest)
            {
                yield return ToolResultText.With(message, rest);
            }
        }
    }
}
