namespace TokenThrift.Evaluation.Caching;

/// <summary>What the model of a stream answers.</summary>
internal interface IStreamAnswers
{
    /// <summary>Answers a question of a class.</summary>
    string Answer(string row);

    /// <summary>Tells whether an answer is one to a question of a class.</summary>
    bool IsAnswerTo(string row, string answer);
}
