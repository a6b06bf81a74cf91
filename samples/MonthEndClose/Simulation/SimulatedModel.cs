using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Samples.MonthEndClose.Simulation.Skills;

namespace TokenThrift.Samples.MonthEndClose.Simulation;

/// <summary>A language model that is played by code. It knows the conversation and the tools on offer, and nothing else.</summary>
internal static class SimulatedModel
{
    private static readonly ISkill[] Skills =
    [
        new MapAccounts(), new ClassifyPurchases(), new ReconcileBank(), new FindAccruals(), new FindCutoffErrors(), new FindDuplicates(), new RevalueBalances(),
        new MatchIntercompany(), new AmortisePrepaids(), new CheckDepreciation(), new CheckTrialBalances(), new ExplainVariances(), new ConsolidateIncome(), new WriteReport(),
        new AuditApprovals(),
    ];

    public static ChatMessage Answer(IReadOnlyList<ChatMessage> messages, ChatOptions? options, ModelGrade grade)
    {
        var transcript = new Transcript(messages, options);
        var desk = new Desk(transcript, grade);
        ISkill? skill = Array.Find(Skills, x => x.IsAskedFor(transcript));
        if (skill is null)
        {
            return new ChatMessage(ChatRole.Assistant, "I am not sure what is asked of me.");
        }

        try
        {
            return new ChatMessage(ChatRole.Assistant, skill.Work(desk));
        }
        catch (NeedsToolsException need)
        {
            var message = new ChatMessage(ChatRole.Assistant, [.. need.Requests.Select((request, i) => new FunctionCallContent(
                $"call_{transcript.Exchanges.Count + i + 1}", request.Tool, request.Arguments.ToDictionary(x => x.Key, x => (object?)JsonSerializer.SerializeToElement(x.Value))))]);
            if (desk.NewNotes.Count > 0)
            {
                message.Contents.Insert(0, new TextContent(string.Join('\n', desk.NewNotes)));
            }

            return message;
        }
        catch (Exception e) when (e is InvalidOperationException or JsonException or KeyNotFoundException or FormatException)
        {
            // What it needed is not there, or not readable: a model says so rather than crash.
            return new ChatMessage(ChatRole.Assistant, $"I cannot finish this. {e.Message}");
        }
    }
}
