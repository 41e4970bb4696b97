using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>The numbers of one class in one run.</summary>
public sealed record ClassRow(int ClassIndex, string Name, IReadOnlyDictionary<string, RunMetric> Metrics)
{
    /// <summary>Below this many truth objects a number is shown greyed, with the reason.</summary>
    public const int EnoughCount = 10;

    /// <summary>The numbers that are of a group of classes, by what the group is called.</summary>
    private static readonly (string Metric, string Name)[] _groups = [(MetricNames.PanopticQualityOfThings, "all things"), (MetricNames.PanopticQualityOfStuff, "all stuff")];

    /// <summary>Whether it is a group of classes, not one.</summary>
    public bool IsGroup => ClassIndex < 0;

    internal static async Task<IReadOnlyList<ClassRow>> LoadAsync(MonitoringDbContext db, Project project, long? runId, long? versionId, CancellationToken cancellationToken)
    {
        if (runId is null || versionId is null)
        {
            return [];
        }

        string[] groups = [.. _groups.Select(group => group.Metric)];
        RunMetric[] metrics = await db.RunMetrics.AsNoTracking()
            .Where(metric => metric.RunId == runId && metric.ModelVersionId == versionId && (metric.ClassIndex >= 0 || groups.Contains(metric.Metric)) && metric.Camera == "")
            .ToArrayAsync(cancellationToken);
        return
        [
            .. _groups.Join(metrics, group => group.Metric, metric => metric.Metric, (group, metric) => new ClassRow(RunMetric.AllClasses, group.Name, new Dictionary<string, RunMetric> { [MetricNames.PanopticQuality] = metric })),
            .. metrics.Where(metric => metric.ClassIndex >= 0).GroupBy(metric => metric.ClassIndex).OrderBy(group => group.Key)
                .Select(group => new ClassRow(group.Key, NameOf(project, group.Key) + (project.StuffClassNames.Contains(NameOf(project, group.Key)) ? " (stuff)" : ""), group.ToDictionary(metric => metric.Metric))),
        ];
    }

    internal static string NameOf(Project project, int classIndex) =>
        classIndex >= 0 && classIndex < project.ClassNames.Count ? project.ClassNames[classIndex] : classIndex < 0 ? "all classes" : $"class {classIndex}";
}
