using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VisionMonitor.Demo.ToyWorld;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Demo.Story;

/// <summary>
/// The camera that keeps running after the history: a scene every two seconds, of which the other tasks' projects get every fifth. Its
/// labels come a while later, as they do in life, so that a newcomer sees a past point get its measured value.
/// </summary>
public sealed class DemoCamera(
    DemoStory story,
    DemoModels models,
    IDbContextFactory<MonitoringDbContext> contexts,
    ImageIngest ingest,
    LabelIngest labels,
    EvaluationRefresh refresh,
    TimeProvider clock,
    ILogger<DemoCamera> log) : BackgroundService
{
    /// <summary>The camera pauses when a project has this many images, so that a forgotten demo does not fill the disk.</summary>
    private const int MostImages = 60_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LabelDelay = TimeSpan.FromSeconds(20);
    private readonly Queue<(DateTimeOffset Due, long ProjectId, long ImageId, Truth Truth)> _unlabelled = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await models.DatabaseReady.WaitAsync(stoppingToken);
        await story.FillAsync(models.Folder, stoppingToken);
        await Task.WhenAll(FillOtherTasksAsync(stoppingToken), RunAsync(stoppingToken));
    }

    private async Task FillOtherTasksAsync(CancellationToken stoppingToken)
    {
        try
        {
            await story.FillOtherTasksAsync(models.Folder, stoppingToken);
        }
        catch (Exception failure) when (failure is DbUpdateException or IngestException or InvalidOperationException or ArgumentException)
        {
            // Somebody removed the demo, or one project of it, in the middle.
            log.LogWarning("Demo: the history of the other tasks was not finished: {Message}", failure.Message);
        }
    }

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        DemoPlot plot = await story.PlotAsync(stoppingToken);
        using PeriodicTimer timer = new(Interval, clock);
        for (int number = 0; await timer.WaitForNextTickAsync(stoppingToken); number++)
        {
            try
            {
                await ShootAsync(plot, number, stoppingToken);
                await LabelAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is DbUpdateException or IngestException or IOException)
            {
                // The camera outlives a database that is busy or a project that was just removed.
                log.LogWarning("Demo camera: {Message}", failure.Message);
            }
        }
    }

    private async Task ShootAsync(DemoPlot plot, int number, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        List<Project> projects = await context.Projects.AsNoTracking().Where(project => project.IsDemo).ToListAsync(cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        Scene scene = DemoWorld.Look(plot, now, number);
        foreach (Project project in projects.Where(project => number % StepOf(project) == 0))
        {
            if (number % 300 == 0 && await context.Images.CountAsync(image => image.ProjectId == project.Id, cancellationToken) > MostImages)
            {
                log.LogInformation("Demo camera: {Project} has enough images; the camera rests.", project.Slug);
                return;
            }

            Scene seen = DemoWorld.SeenBy(project.Task, scene);
            IReadOnlyList<ReceivedImage> received = await ingest.ReceiveAsync(project.Id, [DemoWorld.Send(seen, $"live-{now:yyyyMMddHHmmssfff}", now, project.Task, isLabelled: false)], cancellationToken);
            if (received[0].ImageId is { } id)
            {
                _unlabelled.Enqueue((now + LabelDelay, project.Id, id, Truth.FromJson(DemoWorld.TruthOf(seen, project.Task))));
            }
        }
    }

    private static int StepOf(Project project) => DemoChapter.All.FirstOrDefault(chapter => chapter.Projects.Any(demo => demo.Slug == project.Slug))?.Step ?? 1;

    private async Task LabelAsync(CancellationToken cancellationToken)
    {
        List<(DateTimeOffset Due, long ProjectId, long ImageId, Truth Truth)> due = [];
        while (_unlabelled.TryPeek(out var first) && first.Due <= clock.GetUtcNow())
        {
            due.Add(_unlabelled.Dequeue());
        }

        foreach (var project in due.GroupBy(one => one.ProjectId))
        {
            await labels.WriteAsync(project.Key, project.ToDictionary(one => one.ImageId, one => one.Truth), DemoWorld.TruthSource, cancellationToken);
            await refresh.RefreshAsync(project.Key, cancellationToken);
        }
    }
}
