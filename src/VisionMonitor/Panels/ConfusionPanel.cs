using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>Which class is taken for which, over the sampled images of a time range.</summary>
public sealed record ConfusionPanel
{
    /// <summary>Row and column names; a detector has one more row, "nothing there", and one more column, "missed".</summary>
    public required IReadOnlyList<string> TruthNames { get; init; }

    public required IReadOnlyList<string> PredictedNames { get; init; }

    /// <summary>Weighted counts, row by row: estimates for the whole window, not only the sample.</summary>
    public required ConfusionMatrix Matrix { get; init; }

    public required int ImageCount { get; init; }

    public required int VersionNumber { get; init; }

    private const int MostImages = 2000;

    /// <summary>The share of a row that falls into a column, 0 to 1; null for an empty row.</summary>
    public double? Share(int row, int column)
    {
        double total = Enumerable.Range(0, Matrix.Size).Sum(other => Matrix[row, other]);
        return total > 0 ? Matrix[row, column] / total : null;
    }

    /// <summary>Loads the matrix of a version; null when its task has none or nothing is labelled in the range.</summary>
    public static async Task<ConfusionPanel?> LoadConfusionAsync(MonitoringDbContext db, Project project, ModelVersion? version, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        if (version is null || TaskEvaluations.Find(project.Task) is not { } evaluation)
        {
            return null;
        }

        var rows = await (from member in db.RunImages
                          join run in db.Runs.Where(run => run.ProjectId == project.Id && run.State == RunState.Completed && run.WindowEnd >= @from && run.WindowEnd <= to) on member.RunId equals run.Id
                          join evidence in db.Evidence.Where(evidence => evidence.ModelVersionId == version.Id) on member.ImageId equals evidence.ImageId
                          orderby run.WindowEnd descending, member.Ordinal
                          select new { member.ImageId, member.InclusionProbability, evidence.Content }).AsNoTracking().Take(MostImages).ToListAsync(cancellationToken);
        if (rows.Count == 0)
        {
            return null;
        }

        TaskSetup setup = TaskSetup.Of(project);
        ConfusionMatrix matrix = evaluation.Prepare([.. rows.Select(row => row.Content)], setup).Confusion([.. rows.Select(row => 1 / row.InclusionProbability)]);
        if (matrix.Size == 0)
        {
            // Text has no classes to take for one another.
            return null;
        }

        return new ConfusionPanel
        {
            TruthNames = matrix.HasBackground ? [.. project.ClassNames, "nothing there"] : project.ClassNames,
            PredictedNames = matrix.HasBackground ? [.. project.ClassNames, "missed"] : project.ClassNames,
            Matrix = matrix,
            ImageCount = rows.Count,
            VersionNumber = version.Number,
        };
    }
}
