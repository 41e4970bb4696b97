using VisionMonitor.Monitoring.Alerting;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Tests.Alerting;

public sealed class IncidentTransitionsTests
{
    private static readonly DateTimeOffset Zero = new(2026, 1, 1, 6, 0, 0, TimeSpan.Zero);
    private static readonly AlertRule Rule = new() { Id = 3, ProjectId = 5, Name = "a", Metric = MetricNames.Accuracy, Direction = AlertDirection.Below, Threshold = 0.8, RecoveryThreshold = 0.9, PendingPeriod = TimeSpan.FromHours(1), Camera = "belt-4" };
    private static readonly IncidentContext Words = new(11, "v1", "");

    [Fact]
    public void Apply_StepByStep_OpensFiresOnceAndResolvesOnce()
    {
        List<string?> told = [];
        Incident? open = null;
        double[] values = [0.95, 0.7, 0.6, 0.65, 0.95, 0.96];
        for (int count = 1; count <= values.Length; count++)
        {
            SeriesPoint[] series = [.. values.Take(count).Select((value, hour) => new SeriesPoint(hour, Zero.AddHours(hour), value, 40))];
            IncidentChange change = IncidentTransitions.Apply(Rule, AlertJudge.Judge(Rule, series, Zero.AddDays(1)), open, Words);
            IncidentChange again = IncidentTransitions.Apply(Rule, AlertJudge.Judge(Rule, series, Zero.AddDays(1)), change.Incident?.OpenRuleId is null ? null : change.Incident, Words);
            again.Transition.ShouldBeNull("the same point twice tells nobody twice");
            open = change.Incident?.OpenRuleId is null ? null : change.Incident;
            told.Add(change.Transition);
        }

        told.ShouldBe([null, null, "fired", null, "resolved", null]);
    }

    [Fact]
    public void Apply_AFault_SaysWhatHowMuchWhereAndSinceWhen()
    {
        SeriesPoint[] series = [new(1, Zero, 0.7, 40), new(2, Zero.AddHours(1), 0.6125, 40)];

        Incident incident = IncidentTransitions.Apply(Rule, AlertJudge.Judge(Rule, series, Zero.AddDays(1)), null, Words).Incident!;

        incident.Summary.ShouldBe("Accuracy of v1 on camera belt-4 fell to 0.613 (n = 40), limit 0.8, since 2026-01-01 06:00 UTC");
        (incident.ProjectId, incident.OpenRuleId, incident.WorstRunId, incident.ModelVersionId).ShouldBe((5, 3, 2, 11));
    }

    [Fact]
    public void Owed_ByChannel_LeavesOutDisabledForeignAndSilenced()
    {
        Incident incident = new() { Id = 9, ProjectId = 5 };
        AlertChannel[] channels =
        [
            Channel(1, null), Channel(2, 5), Channel(3, 6), Channel(4, 5, isEnabled: false),
        ];

        IncidentTransitions.Owed(incident, IncidentChange.Fired, channels, Zero).Select(notice => notice.AlertChannelId).ShouldBe([1, 2]);
        incident.SilencedUntil = Zero.AddHours(1);
        IncidentTransitions.Owed(incident, IncidentChange.Fired, channels, Zero).ShouldBeEmpty();
    }

    private static AlertChannel Channel(long id, long? project, bool isEnabled = true) =>
        new() { Id = id, ProjectId = project, Name = "c", Kind = "webhook", ProtectedSettings = "", IsEnabled = isEnabled };
}
