using BenchmarkDotNet.Running;

// dotnet run -c Release --project tests/TokenThrift.Benchmarks -- --filter '*'
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
