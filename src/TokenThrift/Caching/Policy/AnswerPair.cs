namespace TokenThrift.Caching;

/// <summary>Two answers to compare, and the questions that they answer.</summary>
/// <param name="Question">The question that was asked.</param>
/// <param name="Answer">The answer that the model gave to it, as text.</param>
/// <param name="KeptQuestion">The question of the entry.</param>
/// <param name="KeptAnswer">The entry's answer, as text.</param>
public readonly record struct AnswerPair(string Question, string Answer, string KeptQuestion, string KeptAnswer);
