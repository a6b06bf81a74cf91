using Microsoft.Extensions.AI;

namespace TokenThrift;

/// <summary>A model that the application added, with what makes its client.</summary>
/// <param name="ModelId">The id in the catalogue, which requests to the client carry.</param>
/// <param name="MakeClient">Makes the client, once per container.</param>
internal sealed record ModelRegistration(string ModelId, Func<IServiceProvider, IChatClient> MakeClient);
