using TokenThrift.Sqlite.Tests;

// The test host does not come here: it is the child process of the crash tests.
return args is [nameof(CrashingChild), var point, var path] ? await CrashingChild.RunAsync(Enum.Parse<CrashPoint>(point), path) : 2;
