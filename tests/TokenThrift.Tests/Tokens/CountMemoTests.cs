using TokenThrift.Tokens;

namespace TokenThrift.Tests.Tokens;

public class CountMemoTests
{
    [Fact]
    public void The_memory_is_bounded_and_keeps_what_is_in_use()
    {
        var memo = new CountMemo<string>(100);
        memo.Add(0, "in use");
        for (uint i = 1; i < 5_000; i++)
        {
            memo.Add(i, "other");
            if (i % 20 == 0)
            {
                Assert.True(memo.TryGet(0, out string kept));
                Assert.Equal("in use", kept);
            }

            Assert.InRange(memo.Count, 1, 200);
        }

        Assert.False(memo.TryGet(1, out _));
    }
}
