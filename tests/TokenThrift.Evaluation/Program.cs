using System.Text.Json;
using TokenThrift.Evaluation;

// Every command prints a table; with --json the last line of standard output is one JSON object.
// Exit 0 when it measured, 2 with one clear line when a file or an option is wrong.
EvaluationCommand[] commands =
[
    .. typeof(EvaluationCommand).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(EvaluationCommand)) && !type.IsAbstract)
        .Select(type => (EvaluationCommand)Activator.CreateInstance(type)!)
        .OrderBy(command => command.Name, StringComparer.Ordinal),
];

if (args is [] or ["--help"] or ["help"])
{
    Console.WriteLine("usage: COMMAND --data FILE [options] [--seed N] [--json]");
    foreach (EvaluationCommand command in commands)
    {
        Console.WriteLine($"  {command.Name,-20} {command.Help}");
    }

    return 0;
}

try
{
    EvaluationCommand command = commands.FirstOrDefault(c => c.Name == args[0])
        ?? throw new EvaluationException($"'{args[0]}' is not a command; there are: {string.Join(", ", commands.Select(c => c.Name))}.");
    var arguments = new EvaluationArguments(args.Skip(1));
    IReadOnlyDictionary<string, object?> fields = await command.RunAsync(arguments, new EvaluationOutput());
    if (arguments.Json)
    {
        Console.WriteLine(JsonSerializer.Serialize(fields));
    }

    return 0;
}
catch (EvaluationException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}
