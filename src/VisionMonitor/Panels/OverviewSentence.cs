using VisionMonitor.Monitoring.Explanation;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>One thing that is true of a project, in words, with the one step that acts on it.</summary>
public sealed record OverviewSentence(Health Health, string Severity, string Project, string Text, DateTimeOffset? Since, string Action, string Link)
{
    internal static IEnumerable<OverviewSentence> About(OverviewRow row, Incident[] open, Dictionary<long, string> severities, Run? latest, DriftExplanation? explained)
    {
        foreach (Incident incident in open)
        {
            bool firing = incident.State == IncidentState.Firing;
            string state = incident.State switch
            {
                IncidentState.Pending => "Pending: ",
                IncidentState.Recovering => "Recovering: ",
                _ => "",
            };
            string text = incident.Summary.Length > 0 ? incident.Summary : "An alert rule found a fault.";
            yield return new(firing ? Health.Bad : Health.Watch, severities.GetValueOrDefault(incident.AlertRuleId, "warning"), row.Name, state + text, incident.StartedAt, "Open incident", $"/alerts/{incident.Id}");
        }

        if (latest?.State == RunState.Failed)
        {
            yield return new(Health.Bad, "warning", row.Name, $"The last run failed: {latest.FailureReason ?? "no reason was recorded"}.", latest.CompletedAt ?? latest.DeadlineAt, "See the run", "/jobs");
        }

        foreach (string finding in latest?.Findings?.Split('\n') ?? [])
        {
            yield return new(Health.Watch, "warning", row.Name, $"Something is odd about the last run's answers: {finding}", latest!.CompletedAt, "See its images", $"/projects/{row.Slug}/images?run={latest.Id}");
        }

        if (row.Drift is { State: DriftState.Drifting } drift && !open.Any(incident => incident.State == IncidentState.Firing))
        {
            // What was found in the last day names the cause and where to see it.
            string cause = explained?.Content is { } content ? $" {DriftFinding.FromJson(content).Sentence}" : "";
            yield return new(Health.Watch, "warning", row.Name,
                $"Images look unlike the baseline: drift score {Components.NumberText.Significant(drift.Score)} against a limit of {Components.NumberText.Significant(drift.Limit)} (p = {Components.NumberText.Significant(drift.PValue)}, n = {Components.NumberText.Count(drift.WindowCount)}).{cause}",
                row.LastScoredAt,
                explained is null ? "See the time line" : "See why",
                explained is null ? $"/projects/{row.Slug}" : $"/projects/{row.Slug}/drift?run={explained.RunId}&camera={Uri.EscapeDataString(explained.Camera)}");
        }

        if (row.Missing is { } missing)
        {
            yield return new(Health.Unknown, "info", row.Name, missing.Sentence, null, missing.Action, missing.Link);
        }
    }
}
