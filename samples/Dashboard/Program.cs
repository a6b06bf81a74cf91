using TokenThrift.Samples.Dashboard;

await DashboardApp.Build(args).RunAsync();
