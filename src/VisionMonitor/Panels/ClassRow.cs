using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>The numbers of one class in one run.</summary>
public sealed record ClassRow(int ClassIndex, string Name, IReadOnlyDictionary<string, RunMetric> Metrics)
{
    /// <summary>Below this many truth objects a number is shown greyed, with the reason.</summary>
    public const int EnoughCount = 10;

    internal static async Task<IReadOnlyList<ClassRow>> LoadAsync(MonitoringDbContext db, Project project, long? runId, long? versionId, CancellationToken cancellationToken)
    {
        if (runId is null || versionId is null)
        {
            return [];
        }

        RunMetric[] metrics = await db.RunMetrics.AsNoTracking()
            .Where(metric => metric.RunId == runId && metric.ModelVersionId == versionId && metric.ClassIndex >= 0 && metric.Camera == "")
            .ToArrayAsync(cancellationToken);
        return [.. metrics.GroupBy(metric => metric.ClassIndex).OrderBy(group => group.Key)
            .Select(group => new ClassRow(group.Key, NameOf(project, group.Key), group.ToDictionary(metric => metric.Metric)))];
    }

    internal static string NameOf(Project project, int classIndex) =>
        classIndex >= 0 && classIndex < project.ClassNames.Count ? project.ClassNames[classIndex] : classIndex < 0 ? "all classes" : $"class {classIndex}";
}
