using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>What decides where a call could have gone instead: its model, its needs, its size and its task.</summary>
internal readonly record struct TrafficKey(string ModelId, ModelInfo? Model, ModelCapabilities Needs, int SizeClass, string Task);
