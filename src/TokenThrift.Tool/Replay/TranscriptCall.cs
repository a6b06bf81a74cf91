using Microsoft.Extensions.AI;

namespace TokenThrift.Replay;

/// <summary>One model call of a recorded conversation.</summary>
/// <param name="Number">The number of the call within its episode, from 0.</param>
/// <param name="AnswerIndex">Where the answer stands among the episode's messages.</param>
/// <param name="Request">The messages that were sent; the very objects of the episode.</param>
/// <param name="Answer">The recorded assistant message.</param>
internal sealed record TranscriptCall(int Number, int AnswerIndex, IReadOnlyList<ChatMessage> Request, ChatMessage Answer);
