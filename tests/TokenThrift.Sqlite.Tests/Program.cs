using TokenThrift.Sqlite.Tests;

// The test host does not come here: it is the child process of the crash tests.
return args switch
{
    [nameof(CrashingChild), var point, var path] => await CrashingChild.RunAsync(Enum.Parse<CrashPoint>(point), path),
    [nameof(ReceiptWriterChild), var kind, var path] => await ReceiptWriterChild.RunAsync(kind, path),
    _ => 2,
};
