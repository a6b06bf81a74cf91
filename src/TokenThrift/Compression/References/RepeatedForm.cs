namespace TokenThrift.Compression.References;

/// <summary>How repeated lines are to be read.</summary>
internal enum RepeatedForm
{
    /// <summary>Character by character as they stand there.</summary>
    Same,

    /// <summary>With other line numbers before them.</summary>
    Renumbered,

    /// <summary>Without the line numbers that they have there.</summary>
    Unnumbered,
}
