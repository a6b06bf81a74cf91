namespace TokenThrift.AotSmoke;

/// <summary>Prints what held and what did not.</summary>
internal sealed class Checks
{
    private int _failed;

    public void That(string what, bool holds, bool required = true)
    {
        Console.WriteLine($"{(holds ? "yes" : required ? "NO " : "no ")}  {what}");
        _failed += holds || !required ? 0 : 1;
    }

    public int Report()
    {
        Console.WriteLine(_failed == 0 ? "ok" : $"{_failed} failed");
        return _failed == 0 ? 0 : 1;
    }
}
