using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using VisionMonitor.Demo.Story;
using VisionMonitor.Monitoring;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;

namespace VisionMonitor.Demo.Tests.Story;

public sealed class DemoStoryTests(ITestOutputHelper output)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FillAsync_StoppedAndStartedAgain_TellsTheWholeMonthOnce()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync("sqlite");
        string models = Environment.GetEnvironmentVariable("VM_MODELS") ?? SharedFolder.InRepository("models");
        using (CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Token))
        {
            await using ServiceProvider first = Services(database);
            DemoProgress progress = first.GetRequiredService<DemoProgress>();
            Task filling = first.GetRequiredService<DemoStory>().FillAsync(models, stop.Token);
            while (progress.Done < 5 && !filling.IsCompleted)
            {
                await Task.Delay(20, Token);
            }

            await stop.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => filling);
        }

        long started = Stopwatch.GetTimestamp();
        await using ServiceProvider services = Services(database);
        await services.GetRequiredService<DemoStory>().FillAsync(models, Token);
        output.WriteLine($"filled in {Stopwatch.GetElapsedTime(started)}");

        await using MonitoringDbContext context = database.CreateDbContext();
        foreach (DemoProject demo in DemoProject.All)
        {
            Project project = await context.Projects.SingleAsync(one => one.Slug == demo.Slug, Token);
            List<Run> runs = await context.Runs.Where(run => run.ProjectId == project.Id).OrderBy(run => run.WindowEnd).ToListAsync(Token);
            runs.Count.ShouldBe(2 * DemoPlot.Days);
            runs.ShouldAllBe(run => run.State == RunState.Completed && run.SampleCount == 40 && run.FailedImageCount == 0);
            foreach (Run run in runs)
            {
                string headline = demo.Slug == "parcel-kinds" ? MetricNames.Accuracy : MetricNames.AveragePrecision50;
                var values = await context.RunMetrics.Where(metric => metric.RunId == run.Id && metric.Metric == headline && metric.ClassIndex == -1).OrderBy(metric => metric.ModelVersionId).ThenBy(metric => metric.Camera).ToListAsync(Token);
                var drift = await context.DriftChecks.Where(check => check.RunId == run.Id).OrderBy(check => check.ModelVersionId).ThenBy(check => check.Camera).ToListAsync(Token);
                output.WriteLine($"{run.WindowEnd:MM-dd HH} {string.Join(" ", values.Where(v => v.Camera is "" || v.Camera == DemoWorld.SmearedCamera).Select(v => $"{v.Value:F3}({v.Count})"))} | {string.Join(" ", drift.Where(v => v.Camera is "" || v.Camera == DemoWorld.SmearedCamera).Select(v => $"{v.State.ToString()[0]}{v.Score:F1}/{v.Limit:F1}"))}");
            }
        }

        foreach (Incident incident in await context.Incidents.OrderBy(incident => incident.StartedAt).ToListAsync(Token))
        {
            output.WriteLine($"{incident.State} {incident.StartedAt:MM-dd HH} {incident.FiredAt:MM-dd HH} {incident.ResolvedAt:MM-dd HH} {incident.Summary}");
        }

        List<Incident> incidents = await context.Incidents.ToListAsync(Token);
        incidents.ShouldContain(incident => incident.FiredAt != null && incident.State == IncidentState.Resolved);
    }

    private static ServiceProvider Services(TestDatabase database) => new ServiceCollection()
        .AddLogging()
        .AddMonitoring(new MonitoringOptions { Database = database.Database, BlobFolder = Path.Combine(database.Folder, "blobs") })
        .AddDemo(_ => new DemoModels("", Task.CompletedTask))
        .BuildServiceProvider();
}
