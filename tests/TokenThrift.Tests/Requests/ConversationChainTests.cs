using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Tests.Requests;

public class ConversationChainTests
{
    private readonly ConversationChains _chains = new(100);

    [Fact]
    public void A_request_that_goes_on_from_an_earlier_one_is_of_its_session()
    {
        string? opening = Session("system: s", "user: hi");
        Assert.NotNull(opening);
        Assert.Equal(opening, Session("system: s", "user: hi", "assistant: hello", "user: more"));
        Assert.Equal(opening, Session("system: s", "user: hi", "assistant: hello", "user: more", "assistant: yes", "user: again"));
    }

    [Fact]
    public void Different_openings_are_different_sessions() => Assert.NotEqual(Session("user: a"), Session("user: b"));

    [Fact]
    public void Equal_openings_share_a_session_and_fork_when_they_diverge()
    {
        string? first = Session("user: hi");
        Assert.Equal(first, Session("user: hi"));
        string? ada = Session("user: hi", "assistant: hello", "user: I am Ada");
        string? bob = Session("user: hi", "assistant: hello", "user: I am Bob");
        Assert.Equal(first, ada);
        Assert.NotNull(bob);
        Assert.NotEqual(ada, bob);
        Assert.Equal(bob, Session("user: hi", "assistant: hello", "user: I am Bob", "assistant: hello Bob", "user: next"));
        Assert.Equal(ada, Session("user: hi", "assistant: hello", "user: I am Ada", "assistant: hello Ada", "user: next"));
    }

    [Fact]
    public void A_repeat_of_a_request_that_went_on_is_ambiguous()
    {
        Session("user: hi");
        Session("user: hi", "assistant: hello", "user: more");
        Assert.Null(Session("user: hi"));
    }

    [Fact]
    public void A_longer_request_without_an_answer_between_is_no_continuation()
    {
        string? first = Session("user: hi");
        Assert.NotEqual(first, Session("user: hi", "user: and then"));
    }

    [Fact]
    public void A_changed_history_is_another_conversation()
    {
        string? first = Session("user: hi");
        Assert.NotEqual(first, Session("user: hi!", "assistant: hello", "user: more"));
    }

    [Fact]
    public void Different_owners_never_share_a_session()
    {
        List<ChatMessage> messages = [new(ChatRole.User, "hi")];
        string?[] sessions =
        [
            _chains.SessionOf(messages, RequestIdentity.Anonymous),
            _chains.SessionOf(messages, new RequestIdentity { Tenant = "a" }),
            _chains.SessionOf(messages, new RequestIdentity { Tenant = "b" }),
            _chains.SessionOf(messages, new RequestIdentity { User = "a" }),
            _chains.SessionOf(messages, new RequestIdentity { Task = "a" }),
        ];
        Assert.Equal(sessions.Length, sessions.Distinct().Count());
        Assert.Null(_chains.SessionOf([], RequestIdentity.Anonymous));
    }

    [Fact]
    public void A_forgotten_conversation_is_never_taken_for_another()
    {
        string? first = Session("user: hi");
        for (int i = 0; i < 500; i++)
        {
            Session($"user: {i}");
        }

        Assert.NotEqual(first, Session("user: hi"));
    }

    [Fact]
    public void A_conversation_in_use_is_remembered()
    {
        var history = new List<string> { "user: hi" };
        string? first = Session([.. history]);
        for (int i = 0; i < 300; i++)
        {
            Session($"user: other {i}");
            history.AddRange([$"assistant: {i}", $"user: {i}"]);
            Assert.Equal(first, Session([.. history]));
        }
    }

    [Fact]
    public void The_resolver_falls_back_on_the_chain_and_says_so()
    {
        List<ChatMessage> messages = [new(ChatRole.User, $"a question of {Guid.NewGuid()}")];
        RequestIdentity first = RequestIdentityResolver.Resolve(messages, null, null, out _);
        RequestIdentity next = RequestIdentityResolver.Resolve([.. messages, new(ChatRole.Assistant, "a"), new(ChatRole.User, "b")], new ChatOptions(), null, out _);
        Assert.StartsWith("chain-", first.Session, StringComparison.Ordinal);
        Assert.Equal(first.Session, next.Session);
        Assert.True(first.IsSessionInferred);
    }

    [Fact]
    public void What_is_stated_wins_over_the_chain()
    {
        List<ChatMessage> messages = [new(ChatRole.User, $"a question of {Guid.NewGuid()}")];
        RequestIdentity byId = RequestIdentityResolver.Resolve(messages, new ChatOptions { ConversationId = "c-1" }, null, out _);
        RequestIdentity selected = RequestIdentityResolver.Resolve(messages, null, _ => new RequestIdentity { Session = "s-1", Tenant = "t" }, out _);
        Assert.Equal(("c-1", false), (byId.Session, byId.IsSessionInferred));
        Assert.Equal(("s-1", false), (selected.Session, selected.IsSessionInferred));
    }

    private string? Session(params string[] lines) => _chains.SessionOf(
        [.. lines.Select(l => l.Split(": ")).Select(l => new ChatMessage(new ChatRole(l[0]), l[1]))], RequestIdentity.Anonymous);
}
