using VisionMonitor.Monitoring.Jobs;

namespace VisionMonitor.Hosting;

/// <summary>Rings for work that a person or a script has just asked for. If the ring is lost, the next sweep finds the work.</summary>
internal sealed class Bell
{
    public void RunPlanned(PlannedRun run) => ArgumentNullException.ThrowIfNull(run);

    public void LabelsChanged(long projectId, int changedCount) => ArgumentOutOfRangeException.ThrowIfNegative(changedCount, $"project {projectId}");
}
