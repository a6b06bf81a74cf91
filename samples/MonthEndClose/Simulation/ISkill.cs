namespace TokenThrift.Samples.MonthEndClose.Simulation;

/// <summary>Something that a model knows how to do when the conversation asks for it.</summary>
internal interface ISkill
{
    /// <summary>Says whether the conversation asks for this.</summary>
    bool IsAskedFor(Transcript transcript);

    /// <summary>Works on it. Returns the answer; stops with <see cref="NeedsToolsException"/> where a tool has to be asked first.</summary>
    string Work(Desk desk);
}
