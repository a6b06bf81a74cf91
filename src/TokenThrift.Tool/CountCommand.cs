using TokenThrift.Models;
using TokenThrift.Tokens;

namespace TokenThrift.Tool;

internal static class CountCommand
{
    public static void Run(ToolArguments arguments, TextWriter output)
    {
        string path = arguments.Subject("The file");
        ModelInfo? model = arguments.Text("--model") is { } id ? PriceCommand.Find(id) : null;
        arguments.RefuseUnknown();
        if (!File.Exists(path))
        {
            throw new ToolException($"There is no file '{path}'.");
        }

        ITokenCounter counter = TokenCounters.Shared.For(model);
        string text = File.ReadAllText(path);
        string exact = counter.IsExact ? "exact" : FormattableString.Invariant($"estimated, plus or minus {counter.Margin:0 %}");
        output.WriteLine(FormattableString.Invariant($"{counter.CountText(text)} tokens ({counter.Name}, {exact}), {text.Length} characters"));
    }
}
