using System.Globalization;
using System.Text.RegularExpressions;

namespace TokenThrift.Samples.MonthEndClose.Simulation.Skills;

/// <summary>Applies a capitalisation policy to one purchase, as far as the grade follows rules.</summary>
internal sealed partial class ClassifyPurchases : ISkill
{
    public bool IsAskedFor(Transcript transcript) => transcript.Asks("Purchase:") && transcript.System.Contains("capitalise", StringComparison.OrdinalIgnoreCase);

    public string Work(Desk desk)
    {
        Match purchase = PurchasePattern().Match(desk.Transcript.Task);
        string description = purchase.Groups[1].Value;
        decimal price = decimal.Parse(purchase.Groups[2].Value, CultureInfo.InvariantCulture);
        int quantity = int.Parse(purchase.Groups[3].Value, CultureInfo.InvariantCulture);
        return IsAsset(desk, desk.Transcript.System, description, price, quantity) ? "capitalise" : "expense";
    }

    private static bool IsAsset(Desk desk, string policy, string description, decimal price, int quantity)
    {
        bool Is(string word) => description.Contains(word, StringComparison.OrdinalIgnoreCase);
        bool Follows(int depth, string rule) => desk.Grade.RuleDepth >= depth && TaskText.Says(policy, rule);
        decimal threshold = TaskText.NumberAfter(policy, "unit price is") ?? decimal.MaxValue;
        if (Follows(2, "Subscriptions, hosting and support contracts are services") && (Is("subscription") || Is("hosting") || Is("support contract")))
        {
            return false;
        }

        if (Follows(2, "Repairs are expensed whatever their price") && Is("repair"))
        {
            return price >= threshold && Is("extends the useful life") && Follows(3, "unless they extend the useful life");
        }

        return price >= threshold || (Is("initial installation") && price * quantity >= threshold && Follows(2, "bought as part of one installation are capitalised together"));
    }

    [GeneratedRegex(@"Purchase: (.+); unit price (\d+(?:\.\d+)?); quantity (\d+)")]
    private static partial Regex PurchasePattern();
}
