namespace TokenThrift.Models;

/// <summary>What a model can take and give.</summary>
[Flags]
public enum ModelCapabilities
{
    /// <summary>Text in, text out.</summary>
    None = 0,

    /// <summary>Calls tools.</summary>
    Tools = 1,

    /// <summary>Calls several tools in one answer.</summary>
    ParallelTools = 2,

    /// <summary>Answers in a JSON schema.</summary>
    StructuredOutput = 4,

    /// <summary>Takes images.</summary>
    Vision = 8,

    /// <summary>Takes audio.</summary>
    Audio = 16,

    /// <summary>Takes files such as PDF.</summary>
    Files = 32,

    /// <summary>Thinks before it answers, and bills for it.</summary>
    Reasoning = 64,

    /// <summary>Takes a temperature.</summary>
    Temperature = 128,

    /// <summary>Turns text into vectors, and does not chat.</summary>
    Embeddings = 256,
}
