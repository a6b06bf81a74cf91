using Xunit;

namespace TokenThrift.TestSupport;

/// <summary>A theory over files of the evaluation data. It is skipped, and says so, where that folder does not lie beside the repository.</summary>
public sealed class EvaluationDataTheoryAttribute : TheoryAttribute
{
    public EvaluationDataTheoryAttribute()
    {
        if (Folder is null)
        {
            Skip = "The evaluation data (shared/data) does not lie beside the repository.";
        }
    }

    /// <summary>Gets the folder of the evaluation data, or <see langword="null"/>.</summary>
    public static string? Folder { get; } = Find();

    private static string? Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
