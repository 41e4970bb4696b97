namespace VisionMonitor.Monitoring.DriftDetection.Replay;

/// <summary>A change that is injected: other images, or another mix.</summary>
/// <param name="Name">For people, as "blur σ 1.2".</param>
/// <param name="Images">What is drawn instead; null: the healthy images.</param>
/// <param name="Share">Of the images that are drawn from them.</param>
/// <param name="MoreOfKind">A kind that becomes more frequent.</param>
/// <param name="Factor">By how much.</param>
public sealed record ReplayShift(string Name, ReplayImages? Images = null, double Share = 1, int? MoreOfKind = null, double Factor = 1);
