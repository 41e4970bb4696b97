using Microsoft.EntityFrameworkCore;
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
        await RunAsync(planted, 0, 1, 2, 3);

        Incident incident = (await planted.RowsAsync<Incident>()).ShouldHaveSingleItem();
        (incident.State, incident.StartedAt, incident.FiredAt, incident.ResolvedAt).ShouldBe(
            (IncidentState.Resolved, ColourProject.Start.AddMinutes(24), ColourProject.Start.AddMinutes(24), ColourProject.Start.AddMinutes(48)));
        incident.WorstValue.ShouldNotBeNull().ShouldBe(2.0 / 3, 1e-12);
        incident.ModelVersionId.ShouldBe(planted.VersionIds[1]);
        (await planted.RowsAsync<OutboxNotice>()).OrderBy(notice => notice.Id).Select(notice => (notice.Transition, notice.AlertChannelId)).ShouldBe([("fired", channel), ("resolved", channel)]);
        (await planted.RowsAsync<LiveNotice>()).Count(notice => notice.Kind == NoticeKinds.IncidentChanged).ShouldBe(2);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Finish_WhenTheSilenceOfABurningIncidentEnds_TellsItOnce(string kind)
    {
        await using ColourProject planted = await ColourProject.CreateAsync(kind, imageCount: 60);
        long channel = await AddRuleAsync(planted, secondLeavesAtMinute: 61);
        await ChangeAsync(planted, (rule, hook) => hook.IsEnabled = false);
        await RunAsync(planted, 0, 1);
        await ChangeAsync(planted, (rule, hook) => hook.IsEnabled = true, incident => incident.SilencedUntil = DateTimeOffset.MaxValue.AddDays(-1));
        await RunAsync(planted, 2);
        (await planted.RowsAsync<OutboxNotice>()).ShouldBeEmpty("nobody is told while it is silenced");

        await ChangeAsync(planted, (rule, hook) => { }, incident => incident.SilencedUntil = null);
        await RunAsync(planted, 3, 4);

        (await planted.RowsAsync<OutboxNotice>()).Select(notice => (notice.Transition, notice.AlertChannelId)).ShouldBe([("fired", channel)]);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Finish_WhenAPendingIncidentPassesBy_LeavesNoTraceOfIt(string kind)
    {
        await using ColourProject planted = await ColourProject.CreateAsync(kind, imageCount: 48);
        await AddRuleAsync(planted, secondLeavesAtMinute: 25);
        await ChangeAsync(planted, (rule, hook) => rule.PendingPeriod = TimeSpan.FromMinutes(12));
        await RunAsync(planted, 0, 1);
        (await planted.RowsAsync<Incident>()).ShouldHaveSingleItem().State.ShouldBe(IncidentState.Pending);

        await RunAsync(planted, 2);

        (await planted.RowsAsync<Incident>()).ShouldBeEmpty();
        (await planted.RowsAsync<OutboxNotice>()).ShouldBeEmpty();
    }

    private static async Task RunAsync(ColourProject planted, params int[] windows)
    {
        foreach (int window in windows)
        {
            DateTimeOffset end = ColourProject.Start.AddMinutes(12 * (window + 1));
            PlannedRun run = (await planted.Planner.PlanAsync(new PlanRequest(planted.ProjectId, end.AddMinutes(-12), end, 100, "schedule"), Token))!;
            await planted.Pump.PumpAsync(run.RunId, Token);
        }
    }

    private static async Task ChangeAsync(ColourProject planted, Action<AlertRule, AlertChannel> change, Action<Incident>? changeIncident = null)
    {
        await using MonitoringDbContext context = planted.Database.CreateDbContext();
        change(await context.AlertRules.SingleAsync(Token), await context.AlertChannels.SingleAsync(Token));
        changeIncident?.Invoke(await context.Incidents.SingleAsync(Token));
        await context.SaveChangesAsync(Token);
    }

    private static async Task<long> AddRuleAsync(ColourProject planted, int secondLeavesAtMinute = 37)
    {
        await using MonitoringDbContext context = planted.Database.CreateDbContext();
        AlertChannel channel = new() { Name = "hook", Kind = "webhook", ProtectedSettings = "" };
        context.Add(channel);
        context.Add(new AlertRule { ProjectId = planted.ProjectId, Name = "accuracy", Metric = MetricNames.Accuracy, Threshold = 0.8, RecoveryThreshold = 0.9, CreatedAt = ColourProject.Start });
        context.Add(new Deployment { ProjectId = planted.ProjectId, ModelVersionId = planted.VersionIds[0], DeployedAt = ColourProject.Start });
        context.Add(new Deployment { ProjectId = planted.ProjectId, ModelVersionId = planted.VersionIds[1], DeployedAt = ColourProject.Start.AddMinutes(13) });
        context.Add(new Deployment { ProjectId = planted.ProjectId, ModelVersionId = planted.VersionIds[0], DeployedAt = ColourProject.Start.AddMinutes(secondLeavesAtMinute) });
        await context.SaveChangesAsync(Token);
        return channel.Id;
    }
}
