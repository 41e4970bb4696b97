using System.Globalization;
using Microsoft.EntityFrameworkCore;
using SkiaSharp;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Monitoring.Alerting;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Tests.Jobs;

public sealed class AlertMessagesTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task ComposeAsync_AFault_CarriesItsNumbersItsCurveAndItsWorstImagesFirst(string kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind);
        (AlertChannel channel, OutboxNotice notice) = await PlantAsync(database);
        AlertMessages messages = new(new BlobStore(database.Folder), new MonitoringOptions { Database = database.Database, BlobFolder = database.Folder, Alerting = new AlertingOptions { PublicAddress = new Uri("https://monitor.example.org/") } });
        await using MonitoringDbContext context = database.CreateDbContext();

        AlertMessage message = await messages.ComposeAsync(context, channel, [notice], Stop);

        message.Id.ShouldBe(string.Create(CultureInfo.InvariantCulture, $"alert-{notice.IncidentId}-{Start.AddHours(20).ToUnixTimeSeconds():x}-fired-{channel.Id}"));
        AlertDetail alert = message.Alerts.ShouldHaveSingleItem();
        (alert.Version, alert.Camera, alert.Value, alert.Low, alert.High, alert.Count).ShouldBe(("v1", "belt-4", 0.4, 0.3, 0.5, 48));
        alert.Address.ShouldBe(new Uri($"https://monitor.example.org/alerts/{notice.IncidentId}"));
        using SKBitmap chart = SKBitmap.Decode(message.Chart!.Bytes);
        (chart.Width, chart.Height).ShouldBe((900, 420));
        message.Chart.Caption.ShouldBe("mAP (IoU .50–.95) of v1, camera belt-4");
        message.Images.Select(image => image.Caption).ShouldBe(
        [
            "belt-4 2026-11-01 02:00 UTC, truth: 1 (blue), predicted: 1 (orange)", "belt-4 2026-11-01 01:00 UTC, truth: 1 (blue), predicted: 1 (orange)", "belt-4 2026-11-01 00:00 UTC, truth: 1 (blue), predicted: 1 (orange)",
        ]);
        using SKBitmap worst = SKBitmap.Decode(message.Images[0].Bytes);
        Reddish(worst.GetPixel(30, 10)).ShouldBeFalse("inside and outside of the boxes the image is untouched");
        Reddish(worst.GetPixel(24, 30)).ShouldBeTrue("the prediction's left edge");
    }

    private static bool Reddish(SKColor pixel) => pixel.Red > pixel.Blue + 60;

    // A camera whose images go missing is told of all the same: image 3 has no bytes.
    private static async Task<(AlertChannel Channel, OutboxNotice Notice)> PlantAsync(TestDatabase database)
    {
        await using MonitoringDbContext context = database.CreateDbContext();
        BlobStore blobs = new(database.Folder);
        Project project = new() { Slug = "parcels", Name = "Parcels", Task = VisionTask.Detection, ClassNames = ["box"] };
        AlertChannel channel = new() { Name = "ops", Kind = "webhook", ProtectedSettings = "" };
        context.AddRange(project, channel);
        await context.SaveChangesAsync(Stop);
        ModelVersion version = new() { ProjectId = project.Id, Name = "detector", Number = 1, Sha256 = new string('a', 64), Contract = "{}" };
        AlertRule rule = new() { ProjectId = project.Id, Name = "mAP", Metric = MetricNames.AveragePrecision, Camera = "belt-4", Direction = AlertDirection.Below, Threshold = 0.6, RecoveryThreshold = 0.7 };
        Run[] runs = [.. Enumerable.Range(0, 24).Select(hour => new Run { ProjectId = project.Id, Trigger = "manual", State = RunState.Completed, WindowStart = Start.AddHours(hour - 1), WindowEnd = Start.AddHours(hour), ModelVersionIds = [] })];
        context.AddRange(version, rule);
        context.AddRange(runs.ToArray<object>());
        await context.SaveChangesAsync(Stop);
        context.AddRange(runs.Select((run, hour) => (object)new RunMetric { RunId = run.Id, ModelVersionId = version.Id, Metric = rule.Metric, Camera = "belt-4", Value = hour < 20 ? 0.8 : 0.4, Low = hour < 20 ? 0.7 : 0.3, High = hour < 20 ? 0.9 : 0.5, Count = 48 }).ToArray());
        Incident incident = new() { ProjectId = project.Id, AlertRuleId = rule.Id, OpenRuleId = rule.Id, State = IncidentState.Firing, StartedAt = Start.AddHours(20), FiredAt = Start.AddHours(20), ModelVersionId = version.Id, WorstRunId = runs[20].Id, WorstValue = 0.4, LatestValue = 0.4, Summary = "it fell" };
        context.Add(incident);
        for (int index = 0; index < 5; index++)
        {
            string key = index == 3 ? new string('b', 64) : await blobs.WriteAsync(TestImages.Jpeg((byte)(20 + index), side: 64), Stop);
            Image image = new() { ProjectId = project.Id, ClientId = $"c{index}", Sha256 = key, CapturedAt = Start.AddHours(index), Camera = index == 4 ? "belt-1" : "belt-4", LabelRevision = 1 };
            context.Add(image);
            await context.SaveChangesAsync(Stop);
            context.AddRange(
                new RunImage { RunId = runs[20].Id, ImageId = image.Id, Ordinal = index, InclusionProbability = 1 },
                new Label { ImageId = image.Id, Revision = 1, Truth = new DetectionTruth([new TruthBox(0, new BoundingBox(4, 20, 12, 20))]).ToJson() },
                new Rescore { ImageId = image.Id, ModelVersionId = version.Id, Prediction = new DetectionPrediction([new PredictedBox(0, new BoundingBox(24, 20, 30, 20), 0.9), new PredictedBox(0, new BoundingBox(2, 2, 60, 60), 0.1)]).ToJson() },
                new Evidence { ImageId = image.Id, ModelVersionId = version.Id, Content = [], LabelRevision = 1, ImageScore = 1 - (index / 10.0) });
        }

        await context.SaveChangesAsync(Stop);
        OutboxNotice notice = new() { IncidentId = incident.Id, Transition = IncidentChange.Fired, AlertChannelId = channel.Id, CreatedAt = Start.AddHours(21), NextTryAt = Start.AddHours(21) };
        context.Add(notice);
        await context.SaveChangesAsync(Stop);
        return (channel, notice);
    }
}
