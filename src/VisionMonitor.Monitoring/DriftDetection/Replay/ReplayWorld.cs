using VisionMonitor.Metrics.Drift.Watch;

namespace VisionMonitor.Monitoring.DriftDetection.Replay;

/// <summary>What a replay draws its hours from.</summary>
/// <param name="Name">For people.</param>
/// <param name="Layout">Of the rows.</param>
/// <param name="Reference">The baseline, of images that are never drawn again.</param>
/// <param name="ClassCount">Classes that the model knows.</param>
/// <param name="KindCount">Kinds of healthy images.</param>
/// <param name="Healthy">Images without drift.</param>
/// <param name="Shifts">Changes to inject, each with the hours in which it ought to be found.</param>
public sealed record ReplayWorld(string Name, DriftLayout Layout, DriftReference Reference, int ClassCount, int KindCount, ReplayImages Healthy, IReadOnlyList<ReplayShift> Shifts);
