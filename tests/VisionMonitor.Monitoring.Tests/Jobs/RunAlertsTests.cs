using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;

namespace VisionMonitor.Monitoring.Tests.Jobs;

public sealed class RunAlertsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Finish_OfRunsAcrossADeploymentAndBack_FiresOnceAndResolvesOnce(string kind)
    {
        await using ColourProject planted = await ColourProject.CreateAsync(kind, imageCount: 48);
        long channel = await AddRuleAsync(planted);

        // The version that takes blue for green is in production from minute 12 to minute 36.
        for (int window = 0; window < 4; window++)
        {
            DateTimeOffset end = ColourProject.Start.AddMinutes(12 * (window + 1));
            PlannedRun run = (await planted.Planner.PlanAsync(new PlanRequest(planted.ProjectId, end.AddMinutes(-12), end, 100, "schedule"), Token))!;
            await planted.Pump.PumpAsync(run.RunId, Token);
        }

        Incident incident = (await planted.RowsAsync<Incident>()).ShouldHaveSingleItem();
        (incident.State, incident.StartedAt, incident.FiredAt, incident.ResolvedAt).ShouldBe(
            (IncidentState.Resolved, ColourProject.Start.AddMinutes(24), ColourProject.Start.AddMinutes(24), ColourProject.Start.AddMinutes(48)));
        incident.WorstValue.ShouldNotBeNull().ShouldBe(2.0 / 3, 1e-12);
        incident.ModelVersionId.ShouldBe(planted.VersionIds[1]);
        (await planted.RowsAsync<OutboxNotice>()).OrderBy(notice => notice.Id).Select(notice => (notice.Transition, notice.AlertChannelId)).ShouldBe([("fired", channel), ("resolved", channel)]);
        (await planted.RowsAsync<LiveNotice>()).Count(notice => notice.Kind == NoticeKinds.IncidentChanged).ShouldBe(2);
    }

    private static async Task<long> AddRuleAsync(ColourProject planted)
    {
        await using MonitoringDbContext context = planted.Database.CreateDbContext();
        AlertChannel channel = new() { Name = "hook", Kind = "webhook", ProtectedSettings = "" };
        context.Add(channel);
        context.Add(new AlertRule { ProjectId = planted.ProjectId, Name = "accuracy", Metric = MetricNames.Accuracy, Threshold = 0.8, RecoveryThreshold = 0.9, CreatedAt = ColourProject.Start });
        context.Add(new Deployment { ProjectId = planted.ProjectId, ModelVersionId = planted.VersionIds[0], DeployedAt = ColourProject.Start });
        context.Add(new Deployment { ProjectId = planted.ProjectId, ModelVersionId = planted.VersionIds[1], DeployedAt = ColourProject.Start.AddMinutes(13) });
        context.Add(new Deployment { ProjectId = planted.ProjectId, ModelVersionId = planted.VersionIds[0], DeployedAt = ColourProject.Start.AddMinutes(37) });
        await context.SaveChangesAsync(Token);
        return channel.Id;
    }
}
