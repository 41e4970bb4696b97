using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using VisionMonitor.Demo.Story;
using VisionMonitor.Monitoring;
using VisionMonitor.Monitoring.Evaluation;
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
        string models = SharedFolder.InRepository("models");
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
        DemoStory story = services.GetRequiredService<DemoStory>();
        await story.FillAsync(models, Token);
        output.WriteLine($"filled in {Stopwatch.GetElapsedTime(started)}");

        await using MonitoringDbContext context = database.CreateDbContext();
        (await context.Projects.CountAsync(Token)).ShouldBe(DemoProject.Month.Count, "the other tasks wait until the month stands");
        await story.FillOtherTasksAsync(models, Token);
        output.WriteLine($"other tasks told after {Stopwatch.GetElapsedTime(started)}");
        foreach ((DemoChapter chapter, DemoProject demo) in DemoChapter.All.SelectMany(chapter => chapter.Projects.Select(demo => (chapter, demo))))
        {
            Project project = await context.Projects.SingleAsync(one => one.Slug == demo.Slug, Token);
            List<Run> runs = await context.Runs.Where(run => run.ProjectId == project.Id).OrderBy(run => run.WindowEnd).ToListAsync(Token);
            runs.Count.ShouldBe(chapter.Days);
            runs.ShouldAllBe(run => run.State == RunState.Completed && run.SampleCount == chapter.ImagesPerDay && run.FailedImageCount == 0);
            List<ModelVersion> versions = await context.ModelVersions.Where(version => version.ProjectId == project.Id).OrderBy(version => version.Number).ToListAsync(Token);
            DemoPlot plot = await story.PlotAsync(Token);
            runs.ShouldAllBe(run => run.ModelVersionIds.Order().SequenceEqual(versions.Take(run.WindowStart < plot.V2Registered ? 1 : 2).Select(version => version.Id)));
            string headline = TaskEvaluations.Find(demo.Task)!.HeadlineMetric;
            long[] ids = [.. runs.Select(run => run.Id)];
            int measured = await context.RunMetrics
                .Where(metric => ids.Contains(metric.RunId) && metric.Metric == headline && metric.Camera == "" && metric.ClassIndex == RunMetric.AllClasses && metric.Value != null)
                .Select(metric => metric.RunId).Distinct().CountAsync(Token);
            measured.ShouldBe(chapter.Days, $"{demo.Slug} has its own metric on each day");
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
