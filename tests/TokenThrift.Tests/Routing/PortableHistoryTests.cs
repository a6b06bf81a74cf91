using CsCheck;
using Microsoft.Extensions.AI;
using TokenThrift.Routing;

namespace TokenThrift.Tests.Routing;

/// <summary>What one vendor's model wrote, as another vendor's may see it.</summary>
public class PortableHistoryTests
{
    private const string Secret = "SECRET";

    private static readonly Gen<string> Ids = Gen.OneOf(
        Gen.Const("call_0"), Gen.Const("toolu_01A9"), Gen.Const("a"), Gen.String[Gen.Char.AlphaNumeric, 1, 60], Gen.Const("functions.f:0"), Gen.Const("ABCdef123"));

    [Fact]
    public void Foreign_reasoning_signatures_raw_parts_and_marks_never_reach_another_model()
    {
        Histories.Sample(history =>
        {
            IReadOnlyList<ChatMessage> seen = Portable(history);

            foreach (ChatMessage message in seen.Where(m => !history.Own.Contains(m)))
            {
                Assert.Null(message.RawRepresentation);
                Assert.True(message.Role == ChatRole.User || message.AdditionalProperties is null or { Count: 0 });
                foreach (AIContent content in message.Contents)
                {
                    Assert.IsNotType<TextReasoningContent>(content);
                    Assert.Null(content.RawRepresentation);
                    Assert.DoesNotContain(Secret, string.Join(' ', content.AdditionalProperties?.Select(p => $"{p.Key}={p.Value}") ?? []), StringComparison.Ordinal);
                }
            }
        });
    }

    [Fact]
    public void Every_result_stays_with_its_call_and_every_foreign_id_is_one_that_all_vendors_take()
    {
        Histories.Sample(history =>
        {
            List<(string Call, string Answer)> before = Pairs(history.Messages);
            IReadOnlyList<ChatMessage> seen = Portable(history);
            List<(string Call, string Answer)> after = Pairs(seen);

            Assert.Equal(before, after);
            foreach (FunctionCallContent call in seen.Where(m => !history.Own.Contains(m)).SelectMany(m => m.Contents).OfType<FunctionCallContent>())
            {
                Assert.Matches("^[A-Za-z0-9]{9}$", call.CallId);
            }
        });
    }

    [Fact]
    public void What_the_model_wrote_itself_is_the_very_same_message()
    {
        Histories.Sample(history =>
        {
            IReadOnlyList<ChatMessage> seen = Portable(history);

            Assert.Equal(history.Messages.Where(history.Own.Contains), seen.Where(history.Own.Contains));
        });
    }

    [Fact]
    public void A_longer_history_begins_with_what_the_shorter_one_became()
    {
        Histories.Sample(history =>
        {
            IReadOnlyList<ChatMessage> all = Portable(history);
            for (int length = 0; length <= history.Messages.Count; length++)
            {
                IReadOnlyList<ChatMessage> part = PortableHistory.For([.. history.Messages.Take(length)], history.Own.Contains, keepsMarks: false);
                Assert.Equal(part.Select(Describe), all.Take(part.Count).Select(Describe));
            }
        });
    }

    [Fact]
    public void The_history_itself_is_never_changed()
    {
        Histories.Sample(history =>
        {
            string[] before = [.. history.Messages.Select(Describe)];
            Portable(history);
            Assert.Equal(before, history.Messages.Select(Describe));
        });
    }

    [Fact]
    public void A_plain_history_is_the_same_list()
    {
        List<ChatMessage> plain = [new(ChatRole.System, "be brief"), new(ChatRole.User, "hello"), new(ChatRole.Assistant, "hi"), new(ChatRole.User, "and?")];

        Assert.Same(plain, PortableHistory.For(plain, _ => false, keepsMarks: false));
    }

    [Fact]
    public void Marks_of_the_application_reach_the_vendor_that_they_were_meant_for_and_no_other()
    {
        var marked = new TextContent("a long document") { AdditionalProperties = new() { ["cache_control"] = "ephemeral" } };
        List<ChatMessage> messages = [new(ChatRole.User, [marked])];

        Assert.Same(messages, PortableHistory.For(messages, _ => false, keepsMarks: true));
        AIContent elsewhere = Assert.Single(PortableHistory.For(messages, _ => false, keepsMarks: false)[0].Contents);
        Assert.Equal("a long document", Assert.IsType<TextContent>(elsewhere).Text);
        Assert.Null(elsewhere.AdditionalProperties);
    }

    [Fact]
    public void A_message_of_nothing_but_foreign_reasoning_is_left_out()
    {
        List<ChatMessage> messages = [new(ChatRole.User, "q"), new(ChatRole.Assistant, [new TextReasoningContent("thinking") { ProtectedData = Secret }]), new(ChatRole.User, "go on")];

        Assert.Equal(["q", "go on"], PortableHistory.For(messages, _ => false, keepsMarks: false).Select(m => m.Text));
    }

    // Each turn: who writes it (a or b), the ids of its calls, whether they have been answered.
    private static Gen<History> Histories { get; } =
        Gen.Select(Gen.OneOf(Gen.Const("a"), Gen.Const("b")), Ids.Array[0, 3], Gen.Bool).List[1, 6].Select(Build);

    private static History Build(List<(string Author, string[] Ids, bool Thinks)> turns)
    {
        List<ChatMessage> messages = [new(ChatRole.System, "be exact"), new(ChatRole.User, "do it")];
        var own = new HashSet<ChatMessage>(ReferenceEqualityComparer.Instance);
        int number = 0;
        foreach ((string author, string[] ids, bool thinks) in turns)
        {
            List<AIContent> contents = [];
            if (thinks)
            {
                contents.Add(new TextReasoningContent("because") { ProtectedData = Secret });
            }

            contents.Add(new TextContent($"step {number}") { RawRepresentation = Secret, Annotations = [new CitationAnnotation()] });
            string[] distinct = [.. ids.Distinct(StringComparer.Ordinal)];
            contents.AddRange(distinct.Select(id => new FunctionCallContent(id, "f", new Dictionary<string, object?> { ["n"] = ++number })
            {
                AdditionalProperties = new() { ["thoughtSignature"] = Secret },
            }));
            var message = new ChatMessage(ChatRole.Assistant, contents) { RawRepresentation = Secret, AdditionalProperties = new() { ["sig"] = Secret } };
            messages.Add(message);
            if (author == "b")
            {
                own.Add(message);
            }

            if (distinct.Length > 0)
            {
                int first = number - distinct.Length;
                messages.Add(new ChatMessage(ChatRole.Tool, [.. distinct.Select((id, i) => (AIContent)new FunctionResultContent(id, $"r{first + i + 1}") { RawRepresentation = Secret })]));
            }
        }

        return new History(messages, own);
    }

    private static IReadOnlyList<ChatMessage> Portable(History history) => PortableHistory.For(history.Messages, history.Own.Contains, keepsMarks: false);

    // What each result answers: the argument of the last call before it that bears its id.
    private static List<(string Call, string Answer)> Pairs(IReadOnlyList<ChatMessage> messages)
    {
        var calls = new Dictionary<string, string>(StringComparer.Ordinal);
        List<(string, string)> pairs = [];
        foreach (AIContent content in messages.SelectMany(m => m.Contents))
        {
            if (content is FunctionCallContent call)
            {
                calls[call.CallId] = $"{call.Arguments!["n"]}";
            }
            else if (content is FunctionResultContent result)
            {
                pairs.Add((calls[result.CallId], $"{result.Result}"));
            }
        }

        return pairs;
    }

    private static string Describe(ChatMessage message) => $"{message.Role} {message.RawRepresentation} {message.AdditionalProperties?.Count} "
        + string.Join('|', message.Contents.Select(c => $"{c.GetType().Name} {c.RawRepresentation} {(c as TextContent)?.Text} {(c as FunctionCallContent)?.CallId} {(c as FunctionResultContent)?.CallId}"));

    private sealed record History(List<ChatMessage> Messages, HashSet<ChatMessage> Own);
}
