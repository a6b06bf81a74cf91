using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace TokenThrift.Evaluation.Streams;

/// <summary>A second level that outlives the process that is played. Of a type of its own, for <c>HybridCache</c> does not take a <see cref="MemoryDistributedCache"/> as one.</summary>
internal sealed class SharedStore() : MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions { SizeLimit = null }));
