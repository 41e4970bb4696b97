using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>A worker's hold on a shard.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Number">The shard's number.</param>
/// <param name="Kind">Which images it is a slice of.</param>
/// <param name="FirstOrdinal">Its first image.</param>
/// <param name="ImageCount">How many images it has.</param>
/// <param name="Fence">What the ledger knows this hold by; a later claim has a higher one, and this one is then worth nothing.</param>
/// <param name="Attempts">How often the shard was claimed, this time included.</param>
public sealed record ShardLease(long RunId, int Number, ShardKind Kind, int FirstOrdinal, int ImageCount, long Fence, int Attempts);
