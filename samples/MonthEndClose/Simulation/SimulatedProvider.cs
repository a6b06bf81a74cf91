using TokenThrift.Models;

namespace TokenThrift.Samples.MonthEndClose.Simulation;

/// <summary>A simulated provider: its models, its prompt cache, its clock and its bill.</summary>
internal sealed class SimulatedProvider
{
    public SimulatedProvider(ModelCatalog catalog)
    {
        Catalog = catalog;
        Cache = new PrefixCache(Tokenizer, Clock);
    }

    public ModelCatalog Catalog { get; }

    public SimulatedClock Clock { get; } = new();

    public ProviderBill Bill { get; } = new();

    public ProviderTokenizer Tokenizer { get; } = ProviderTokenizer.Shared;

    public PrefixCache Cache { get; }

    public SimulatedChatClient Client(ModelGrade grade) => new(this, grade);
}
