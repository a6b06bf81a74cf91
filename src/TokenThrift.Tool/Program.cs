using TokenThrift.Tool;

return await ToolProgram.RunAsync(args, Console.Out, Console.Error).ConfigureAwait(false);
