namespace TokenThrift.Caching;

/// <summary>A word of an answer.</summary>
/// <param name="Text">The word, lower-case.</param>
/// <param name="Term">The hash of its stem; of the digits of a number, written out or not.</param>
/// <param name="Clause">Which clause it stands in.</param>
/// <param name="IsNumber">Whether it is a number.</param>
/// <param name="IsDenial">Whether it denies.</param>
/// <param name="IsStop">Whether it is one of the language's commonest.</param>
/// <param name="IsName">Whether it has a capital letter that does not come from opening a clause.</param>
internal readonly record struct AnswerWord(string Text, uint Term, int Clause, bool IsNumber, bool IsDenial, bool IsStop, bool IsName);
