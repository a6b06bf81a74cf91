using TokenThrift.Caching;

namespace TokenThrift.Tests.Caching.Policy;

public sealed class PartitionComparerTests
{
    private const int Topics = 40;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Wordings_of_one_answer_are_the_same_once_learnt_and_those_of_a_near_miss_never(int seed)
    {
        var prose = new MadeUpProse(seed, Topics);
        var random = new Random(seed);
        var comparer = new PartitionComparer();
        Assert.Equal(0, Count(comparer, prose, random, topic => topic, AnswerComparison.Same));
        for (int round = 0; round < 6; round++)
        {
            Teach(comparer, prose, random, 500);
            Assert.Equal(0, Count(comparer, prose, random, topic => topic ^ 1, AnswerComparison.Same));
        }

        Assert.InRange(Count(comparer, prose, random, topic => topic, AnswerComparison.Same), 300, 400);
    }

    [Fact]
    public void Nothing_is_taken_for_wording_where_neighbours_have_other_answers()
    {
        var prose = new MadeUpProse(3, Topics);
        var random = new Random(3);
        var comparer = new PartitionComparer();
        for (int i = 0; i < 2000; i++)
        {
            comparer.Learn(prose.Say(random.Next(Topics)), prose.Say(random.Next(Topics)));
        }

        Assert.Equal(0, Count(comparer, prose, random, topic => topic, AnswerComparison.Same));
    }

    [Fact]
    public void Facts_that_change_by_turns_whatever_is_asked_are_not_taken_for_wording()
    {
        // What stands beside the question's own facts is the state of things: it changes every few hundred answers, and says something.
        var prose = new MadeUpProse(4, Topics);
        var random = new Random(4);
        var comparer = new PartitionComparer();
        string[] states = ["Just now that counter looks crowded.", "Just now that counter seems deserted."];
        for (int i = 0; i < 4000; i++)
        {
            int topic = random.Next(Topics);
            int near = random.NextDouble() < 0.7 ? topic : random.Next(Topics);
            comparer.Learn($"{prose.Say(topic)} {states[i / 200 % 2]}", $"{prose.Say(near)} {states[random.Next(2)]}");
        }

        for (int topic = 0; topic < Topics; topic++)
        {
            Assert.NotEqual(AnswerComparison.Same, comparer.Compare($"{prose.Say(topic)} {states[0]}", $"{prose.Say(topic)} {states[1]}"));
        }
    }

    [Theory]
    [InlineData("It takes 5 days.", "It takes 6 days.")]
    [InlineData("It takes 5 days.", "It takes 5 weeks.")]
    [InlineData("It takes five days.", "It takes six days.")]
    [InlineData("It costs $5 a month.", "It costs \u20AC5 a month.")]
    [InlineData("You may cancel it.", "You may not cancel it.")]
    [InlineData("Cancelling is possible.", "Cancelling is not possible.")]
    [InlineData("Call Ilse Brandt about it.", "Call Tomas Okoro about it.")]
    [InlineData("Move money from savings to checking.", "Move money from checking to savings.")]
    [InlineData("The rate is higher for savings than for checking.", "The rate is higher for checking than for savings.")]
    [InlineData("Your transfer is pending.", "Your transfer was declined.")]
    [InlineData("Go to the portal.", "Go to the workshop.")]
    [InlineData("Only an owner can close it.", "An owner can close it.")]
    [InlineData("Turn the setting on.", "Turn the setting off.")]
    [InlineData("See https://a.example/one for more.", "See https://a.example/two for more.")]
    [InlineData("Version 2.4 has it.", "Version 2.5 has it.")]
    public void One_fact_apart_is_never_the_same(string fact, string other)
    {
        // With the facts in a long answer that is otherwise equal, and in two wordings that are known to be such.
        (PartitionComparer comparer, MadeUpProse prose) = Learnt();
        for (int topic = 0; topic < 10; topic++)
        {
            for (int way = 0; way < MadeUpProse.Ways; way++)
            {
                string said = prose.Say(topic, 0);
                Assert.NotEqual(AnswerComparison.Same, comparer.Compare($"{said} {fact}", $"{prose.Say(topic, way)} {other}"));
                Assert.NotEqual(AnswerComparison.Same, comparer.Compare($"{other} {prose.Say(topic, way)}", $"{fact} {said}"));
                Assert.NotEqual(AnswerComparison.Same, AnswerComparer.Compare($"{said} {fact}", $"{said} {other}"));
            }
        }
    }

    [Theory]
    [InlineData("The card is frozen in the app.", "The card is frozen in the app")]
    [InlineData("{\"a\": 1, \"b\": 2}", "{ \"b\": 2, \"a\": 1 }")]
    [InlineData("The card was frozen in the app.", "The cards are frozen in an app.")]
    public void What_can_be_told_without_learning_is_told(string left, string right) =>
        Assert.Equal(AnswerComparison.Same, new PartitionComparer().Compare(left, right));

    [Fact]
    public void Comparing_is_symmetric()
    {
        (PartitionComparer comparer, MadeUpProse prose) = Learnt();
        var random = new Random(6);
        for (int i = 0; i < 500; i++)
        {
            string left = prose.Say(random.Next(8));
            string right = prose.Say(random.Next(8));
            Assert.Equal(comparer.Compare(left, right), comparer.Compare(right, left));
        }
    }

    private static (PartitionComparer Comparer, MadeUpProse Prose) Learnt()
    {
        var prose = new MadeUpProse(5, Topics);
        var comparer = new PartitionComparer();
        Teach(comparer, prose, new Random(5), 2500);
        return (comparer, prose);
    }

    // As traffic would: the nearest earlier question is mostly of the same topic, else often of one that reads alike.
    private static void Teach(PartitionComparer comparer, MadeUpProse prose, Random random, int answers)
    {
        for (int i = 0; i < answers; i++)
        {
            int topic = random.Next(Topics);
            int near = random.NextDouble() < 0.6 ? topic : random.NextDouble() < 0.5 ? topic ^ 1 : random.Next(Topics);
            comparer.Learn(prose.Say(topic), prose.Say(near));
        }
    }

    private static int Count(PartitionComparer comparer, MadeUpProse prose, Random random, Func<int, int> other, AnswerComparison verdict) =>
        Enumerable.Range(0, 400).Count(_ =>
        {
            int topic = random.Next(Topics);
            string left = prose.Say(topic);
            string right = prose.Say(other(topic));
            return left != right && comparer.Compare(left, right) == verdict;
        });
}
