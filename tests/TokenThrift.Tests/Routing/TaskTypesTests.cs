using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Routing;

namespace TokenThrift.Tests.Routing;

public class TaskTypesTests
{
    private static readonly ChatOptions Invoices = new()
    {
        Instructions = "Read invoices.",
        Tools = [AIFunctionFactory.Create((string id) => id, "find")],
        ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonDocument.Parse("{\"type\":\"object\"}").RootElement),
    };

    // What is learnt of a kind of work is kept beyond the process, so its name must not be this process's own.
    [Fact]
    public void Name_of_a_kind_of_work_is_the_same_in_every_process()
    {
        Assert.Equal("~15ec7bf0b50732b4", TaskTypes.Of([new(ChatRole.User, "hello")], null)[..17]);
        Assert.Equal("~831359850e1dbd84", TaskTypes.Of([new(ChatRole.System, "Be brief."), new(ChatRole.User, "hello")], Invoices)[..17]);
    }

    [Fact]
    public void Kinds_of_work_are_told_apart_by_instructions_tools_and_format_and_not_by_what_is_asked()
    {
        ChatMessage[] asked = [new(ChatRole.User, "hello")];
        string usual = TaskTypes.Of(asked, Invoices);
        Assert.Equal(usual, TaskTypes.Of([new(ChatRole.User, "something else")], Invoices.Clone()));
        Assert.NotEqual(usual, TaskTypes.Of([new(ChatRole.System, "Be brief."), .. asked], Invoices));
        Assert.NotEqual(usual, TaskTypes.Of(asked, new ChatOptions { Instructions = Invoices.Instructions, Tools = Invoices.Tools }));
        Assert.NotEqual(usual, TaskTypes.Of(asked, new ChatOptions { Instructions = Invoices.Instructions, ResponseFormat = Invoices.ResponseFormat }));
        ChatOptions tagged = Invoices.Clone();
        RoutingSettings.TaskType.Set(tagged, "read-invoice");
        Assert.Equal("read-invoice", TaskTypes.Of(asked, tagged));
    }
}
