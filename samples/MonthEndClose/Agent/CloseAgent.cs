using Microsoft.SemanticKernel;
using TokenThrift.Samples.MonthEndClose.Company;
using TokenThrift.Samples.MonthEndClose.Plugins;

namespace TokenThrift.Samples.MonthEndClose.Agent;

/// <summary>The controller's assistant: a kernel with the company's systems as plugins.</summary>
internal sealed class CloseAgent
{
    private readonly Kernel _kernel;
    private readonly KernelFunction _task;
    private readonly string _instructions;

    public CloseAgent(Kernel kernel, Group group)
    {
        _kernel = kernel;
        _instructions = Instructions(group);
        _task = KernelFunctionFactory.CreateFromPrompt(
            """
            <message role="system">{{$instructions}}</message>
            <message role="user">{{$task}}</message>
            """,
            new PromptExecutionSettings { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() },
            "close_task");
        kernel.Plugins.AddFromObject(new LedgerPlugin(group), "ledger");
        kernel.Plugins.AddFromObject(new BankPlugin(group), "bank");
        kernel.Plugins.AddFromObject(new VendorPlugin(group), "vendors");
        kernel.Plugins.AddFromObject(new TreasuryPlugin(group), "treasury");
        kernel.Plugins.AddFromObject(new AssetPlugin(group), "assets");
        kernel.Plugins.AddFromObject(new PolicyPlugin(group), "policies");
        kernel.Plugins.AddFromObject(Findings, "findings");
        kernel.Plugins.AddFromObject(new CalculatorPlugin(), "calculator");
    }

    /// <summary>Gets what the finished tasks have found.</summary>
    public FindingsPlugin Findings { get; } = new();

    /// <summary>Gives the agent a task, which it does with its tools.</summary>
    public async Task<string> AskAsync(string task, CancellationToken cancellationToken)
    {
        FunctionResult result = await _kernel.InvokeAsync(_task, new KernelArguments { ["instructions"] = _instructions, ["task"] = task }, cancellationToken);
        return result.ToString();
    }

    /// <summary>Asks one short question that needs no tool.</summary>
    public async Task<string> AnswerAsync(KernelFunction question, KernelArguments arguments, CancellationToken cancellationToken)
    {
        FunctionResult result = await _kernel.InvokeAsync(question, arguments, cancellationToken);
        return result.ToString();
    }

    private static string Instructions(Group group) => $"""
        You are the assistant of the group controller of {group.Name}. You help to close the month {Group.Period}, which ends on {Group.PeriodEnd}.
        The group's currency is {Group.Currency}. Its entities and their currencies are: {string.Join(", ", group.Books.Select(x => $"{x.Entity.Code} ({x.Entity.Currency})"))}.

        How to work:
        - Take every figure from the tools; never guess one. Read all pages of what you need.
        - Call tools in parallel where one call does not depend on another.
        - Read the policy that governs a task before you apply it, exceptions included.
        - Use the calculator for arithmetic, with many expressions in one call.
        - Amounts are positive for debits and negative for credits unless a tool says otherwise.
        - Answer with the JSON that the task asks for and nothing else.
        """;
}
