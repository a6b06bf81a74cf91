using Microsoft.Extensions.AI;

namespace TokenThrift.Requests;

/// <summary>What a model replied that was asked for one word.</summary>
/// <param name="Word">The reply without white space around it.</param>
/// <param name="Usage">What it took, in tokens, or null where the provider did not say.</param>
/// <param name="ModelId">The model, or null where it is not known.</param>
internal readonly record struct JudgeReply(string Word, UsageDetails? Usage, string? ModelId);
