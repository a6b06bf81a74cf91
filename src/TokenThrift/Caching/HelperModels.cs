using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Caching;

/// <summary>How models that the cache itself asks, judge and verifier, are reached: through what holds, prices and restricts their calls.</summary>
/// <param name="catalog">The models and their prices.</param>
/// <param name="wrap">Puts gate, policy and metering around a client; null where the application did what it wants done.</param>
internal sealed class HelperModels(ModelCatalog catalog, Func<IChatClient, IChatClient>? wrap)
{
    public ModelCatalog Catalog => catalog;

    /// <summary>Returns the client through which a model is to be asked. One that already quotes its calls and stands on receipts is left as it is.</summary>
    /// <param name="client">The client that the application gave.</param>
    public IChatClient Wrap(IChatClient client) =>
        wrap is not null ? wrap(client)
        : client.GetService(typeof(ThriftChatClient)) is not null || client.GetService(typeof(ICallQuote)) is not null ? client
        : new MeteringChatClient(client, catalog, TokenCounters.Shared, TimeProvider.System);

    /// <summary>Returns the comparer that asks its model so.</summary>
    public IAnswerComparer? Comparer(IAnswerComparer? comparer) => comparer is ChatClientAnswerComparer judge && wrap is not null ? judge.Through(wrap) : comparer;
}
