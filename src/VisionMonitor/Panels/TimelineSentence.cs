using VisionMonitor.Components;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>What a time line shows, in one sentence with its numbers.</summary>
internal static class TimelineSentence
{
    /// <summary>The newest number that is known; labels come late. The newest row without a number where none is.</summary>
    public static RunMetric? Newest(Run[] runs, RunMetric[] metrics, long? versionId, string metric)
    {
        ILookup<long, RunMetric> rows = metrics.Where(row => row.Metric == metric && row.ModelVersionId == versionId).ToLookup(row => row.RunId);
        return runs.Reverse().SelectMany(run => rows[run.Id]).OrderBy(row => row.Value is null).FirstOrDefault();
    }

    public static (Health Health, string Text) Of(Project project, LiveVersions live, Run[] runs, RunMetric[] metrics, DriftCheck[] drift, Incident[] incidents, string metric)
    {
        if (runs.Length == 0)
        {
            return (Health.Unknown, "No run in this time range.");
        }

        ModelVersion? version = live.Now(project.Id);
        RunMetric? newest = Newest(runs, metrics, version?.Id, metric);
        string name = MetricNames.Describe(metric).Name;
        string number = newest?.Value is null
            ? $"{name} of {(version is null ? "the live version" : $"v{version.Number}")} is n/a{(newest?.UndefinedBecause is { } reason ? $" ({reason.TrimEnd('.')})" : ": no labels yet")}"
            : $"{name} of v{version!.Number} is {NumberText.WithInterval(newest.Value, newest.Low, newest.High)} (n = {NumberText.Count(newest.Count)})";
        ILookup<long, DriftCheck> checks = drift.Where(row => row.ModelVersionId == version?.Id).ToLookup(row => row.RunId);
        DriftCheck? check = runs.Reverse().SelectMany(run => checks[run.Id]).OrderBy(row => row.Score is null).FirstOrDefault();
        string drifting = check switch
        {
            { State: DriftState.Drifting } => $"; drift {NumberText.Significant(check.Score)} is above its limit of {NumberText.Significant(check.Limit)}",
            { State: DriftState.Stable } => $"; drift {NumberText.Significant(check.Score)} is within its limit of {NumberText.Significant(check.Limit)}",
            { Reason: { } missing } => $"; drift is still calibrating ({missing.TrimEnd('.')})",
            _ => "",
        };
        string waiting = newest?.Value is not null && newest.RunId != runs[^1].Id ? "; newer runs still wait for labels" : "";
        Incident? open = incidents.FirstOrDefault(incident => incident.ResolvedAt is null);
        Health health = open is { State: IncidentState.Firing } ? Health.Bad
            : open is not null || check?.State == DriftState.Drifting ? Health.Watch
            : newest?.Value is null ? Health.Unknown
            : Health.Good;
        string odd = runs[^1].Findings is { } findings ? $" The last run's answers are odd: {findings.Replace("\n", " ", StringComparison.Ordinal)}" : "";
        string alert = open is null ? "" : $" Open alert since {ClockText.Weekday(open.StartedAt, project.TimeZone)}.";
        return (health, $"{number}{waiting}{drifting}.{alert}{odd}");
    }
}
