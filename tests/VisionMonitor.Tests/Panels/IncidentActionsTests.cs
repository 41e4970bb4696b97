using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Panels;
using VisionMonitor.Security;

namespace VisionMonitor.Tests.Panels;

public sealed class IncidentActionsTests(StoryDatabase story) : IClassFixture<StoryDatabase>
{
    [Fact]
    public async Task AcknowledgeAsync_Twice_TheFirstStaysAndTheSecondHearsTheSame()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await using MonitoringDbContext db = story.CreateDbContext();
        DateTimeOffset now = new(2026, 5, 1, 8, 0, 0, TimeSpan.Zero);

        Incident? first = await IncidentActions.AcknowledgeAsync(db, 1, new Caller(1, "Ada", Role.Editor, null), now, token);
        Incident? second = await IncidentActions.AcknowledgeAsync(db, 1, new Caller(2, "Bo", Role.Editor, null), now.AddMinutes(5), token);

        (first!.AcknowledgedBy, first.AcknowledgedAt).ShouldBe(("Ada", now));
        (second!.AcknowledgedBy, second.AcknowledgedAt).ShouldBe(("Ada", now));
        db.AuditEntries.Where(entry => entry.Action == "incident.acknowledged").Select(entry => entry.Actor).ShouldBe(["Ada (key 1)"]);
        (await IncidentActions.AcknowledgeAsync(db, 999_999, new Caller(2, "Bo", Role.Editor, null), now, token)).ShouldBeNull();
    }
}
