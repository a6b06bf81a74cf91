using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>What a savings report is measured against.</summary>
public sealed class SavingsReportOptions
{
    /// <summary>Gets or sets the heading of the report.</summary>
    /// <value>The default is <c>Savings report</c>.</value>
    public string Title { get; set; } = "Savings report";

    /// <summary>Gets or sets the models and prices that alternatives, drills and the price watch are computed with.</summary>
    /// <value>The default is the catalogue that ships with the package.</value>
    public ModelCatalog Catalog { get; set; } = ModelCatalog.Default;

    /// <summary>Gets or sets the models that the policy allows.</summary>
    /// <value>The default allows every model of the catalogue.</value>
    public Func<ModelInfo, bool> IsAllowed { get; set; } = static _ => true;

    /// <summary>Gets or sets the models that traffic could have moved to, by id.</summary>
    /// <value>The default is <see langword="null"/>: the models that the receipts show in use.</value>
    public IReadOnlyCollection<string>? Alternatives { get; set; }

    /// <summary>Gets or sets how many rows a table keeps; what is beyond stands in a row of its own, so that sums stay exact.</summary>
    /// <value>The default is 50; at least 1.</value>
    public int MaxRows { get; set; } = 50;

    /// <summary>Gets or sets how many single receipts the report lists, dearest first.</summary>
    /// <value>The default is 50; 0 lists none.</value>
    public int MaxReceipts { get; set; } = 50;

    /// <summary>Gets or sets the age in days at which a price is called old.</summary>
    /// <value>The default is 90.</value>
    public int OldPriceDays { get; set; } = 90;

    /// <summary>Gets or sets how many answers of a model to a task were judged before it counts as proven for it.</summary>
    /// <value>The default is 20.</value>
    public int ProvenAnswers { get; set; } = 20;

    /// <summary>Gets or sets the share of a model's answers to a task that must have been accepted before it counts as proven for it.</summary>
    /// <value>The default is 0.9.</value>
    public double ProvenAcceptance { get; set; } = 0.9;
}
