using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using TokenThrift.Budgets;
using TokenThrift.Samples.MonthEndClose.Agent;
using TokenThrift.Samples.MonthEndClose.Simulation;

namespace TokenThrift.Samples.MonthEndClose.Columns;

/// <summary>The kernels of the comparison: the plain one, and what TokenThrift makes of it.</summary>
internal static class ThriftKernels
{
    /// <summary>A kernel with one model, as anybody would build it.</summary>
    public static IKernelBuilder Plain(SimulatedProvider provider, ModelGrade grade)
    {
        IKernelBuilder builder = Kernel.CreateBuilder();
        builder.Services.AddSingleton<TimeProvider>(provider.Clock);
        builder.Services.AddChatClient(provider.Client(grade)).UseKernelFunctionInvocation();
        return builder;
    }

    /// <summary>The one line, with nothing configured: compression and cache at the same model.</summary>
    public static Kernel CompressionAndCache(SimulatedProvider provider)
    {
        IKernelBuilder builder = Plain(provider, ModelGrade.Strong);
        builder.AddTokenThrift();
        return builder.Build();
    }

    /// <summary>All of it: two cheaper models beside the strongest, the team's own check, and a final message at the cap.</summary>
    public static Kernel Whole(SimulatedProvider provider, Rehearsal rehearsal)
    {
        IKernelBuilder builder = Plain(provider, ModelGrade.Strong);
        builder.AddTokenThrift(thrift =>
        {
            thrift.AddModel(ModelGrade.Middle.ModelId, _ => provider.Client(ModelGrade.Middle));
            thrift.AddModel(ModelGrade.Small.ModelId, _ => provider.Client(ModelGrade.Small));
            thrift.Routing.Checks.Add(new RehearsedModels(rehearsal.Passed));
            thrift.BudgetLadder.Stop = BudgetStop.FinalMessage;
        });
        return builder.Build();
    }
}
