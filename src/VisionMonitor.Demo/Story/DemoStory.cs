using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using VisionMonitor.Demo.ToyWorld;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Demo.Story;

/// <summary>
/// Tells the demo's month: draws what the cameras saw, and lets the real pipeline rescore, evaluate, check drift and judge
/// the rules, run by run, in order. Nothing on the timeline is made up; only the scenes are drawn. Each step looks whether
/// it has been taken, so a demo that was stopped in the middle goes on where it was.
/// </summary>
public sealed class DemoStory(
    IDbContextFactory<MonitoringDbContext> contexts,
    ImageIngest ingest,
    ModelRegistry registry,
    RunPlanner planner,
    RunPump pump,
    TimeProvider clock,
    DemoProgress progress,
    ILogger<DemoStory> log)
{
    // Forty of each quieter camera: with fewer, its drift check has nothing to stand on.
    private const int BaselineImages = 240;
    private const int DaysAhead = 2;
    private static readonly DateTimeOffset BaselineTime = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    // Drawn once for all projects, and not at all where they have it from an earlier start.
    private readonly Lazy<Task<Shot[]>> _healthy = new(() => Task.Run(() => Shoot(plot: null, BaselineTime, BaselineTime.AddDays(1), BaselineImages, "baseline")));

    /// <summary>Fills what is missing of the demo.</summary>
    /// <param name="modelFolder">Where the demo's ONNX files and contracts lie.</param>
    /// <param name="cancellationToken">Stops; the next call goes on from there.</param>
    public async Task FillAsync(string modelFolder, CancellationToken cancellationToken)
    {
        if (progress.IsFilled)
        {
            return;
        }

        log.LogInformation("Demo: computing {Days} days of history with the real models.", DemoPlot.Days);
        await TellAsync(DemoChapter.Month, modelFolder, cancellationToken);
        progress.IsFilled = true;
        log.LogInformation("Demo: the history stands.");
    }

    /// <summary>Fills what is missing of the other tasks' projects; call it when the month stands.</summary>
    /// <param name="modelFolder">Where the demo's ONNX files and contracts lie.</param>
    /// <param name="cancellationToken">Stops; the next call goes on from there.</param>
    public async Task FillOtherTasksAsync(string modelFolder, CancellationToken cancellationToken)
    {
        try
        {
            await TellAsync(DemoChapter.OtherTasks, modelFolder, cancellationToken);
        }
        finally
        {
            // Finished or given up: nothing more is on its way.
            progress.IsComplete = true;
        }

        log.LogInformation("Demo: the history of the other tasks stands.");
    }

    private async Task TellAsync(DemoChapter chapter, string modelFolder, CancellationToken cancellationToken)
    {
        DemoPlot plot = await PlotAsync(cancellationToken);
        Project[] projects = await Task.WhenAll(chapter.Projects.Select(demo => SetUpAsync(chapter, demo, plot, modelFolder, cancellationToken)));
        progress.Total += chapter.Days * projects.Length;

        // The days are drawn and sent while those before them are rescored; each project works through its own, in their order.
        using CancellationTokenSource told = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<long>[] lanes = [.. Enumerable.Range(0, chapter.Lanes).Select(_ => Channel.CreateBounded<long>(DaysAhead * projects.Length / chapter.Lanes))];
        Task[] parts = [SendAsync(chapter, plot, projects, modelFolder, lanes, told.Token), .. lanes.Select(lane => PumpAsync(lane.Reader, told.Token))];
        await foreach (Task part in Task.WhenEach(parts).WithCancellation(cancellationToken))
        {
            if (!part.IsCompletedSuccessfully)
            {
                await told.CancelAsync();
            }
        }

        await Task.WhenAll(parts);
    }

    /// <summary>Removes every demo project with all that belongs to it.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Projects.Where(project => project.IsDemo).ExecuteDeleteAsync(cancellationToken);
        context.LiveNotices.Add(new LiveNotice { Kind = NoticeKinds.ProjectChanged, CreatedAt = clock.GetUtcNow() });
        await context.SaveChangesAsync(cancellationToken);
    }

    // The month ends at the whole hour before the first start, and stays there: the first project remembers it.
    internal async Task<DemoPlot> PlotAsync(CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset? started = await context.Projects.Where(project => project.IsDemo).OrderBy(project => project.CreatedAt)
            .Select(project => (DateTimeOffset?)project.CreatedAt).FirstOrDefaultAsync(cancellationToken);
        DateTimeOffset end = started?.AddDays(DemoPlot.Days) ?? clock.GetUtcNow();
        return new DemoPlot(new DateTimeOffset(end.UtcDateTime.Date.AddHours(end.UtcDateTime.Hour), TimeSpan.Zero));
    }

    private async Task<Project> SetUpAsync(DemoChapter chapter, DemoProject demo, DemoPlot plot, string modelFolder, CancellationToken cancellationToken)
    {
        Project project = await ProjectAsync(chapter, demo, plot, cancellationToken);
        ModelVersion v1 = await RegisterAsync(project, demo, modelFolder, 1, cancellationToken);
        await DeployAsync(v1, chapter.Windows(plot).First().Start, "first version", cancellationToken);
        await BaselineAsync(project, plot, cancellationToken);
        return project;
    }

    private static Shot[] Shoot(DemoPlot? plot, DateTimeOffset start, DateTimeOffset end, int count, string series)
    {
        Shot[] shots = new Shot[count];
        Parallel.For(0, count, index =>
        {
            DateTimeOffset time = start + (end - start) * ((index + 0.5) / count);
            shots[index] = new Shot($"{series}-{time:yyyyMMddHHmmss}", time, DemoWorld.Look(plot, time, index));
        });
        return shots;
    }

    private async Task<Project> ProjectAsync(DemoChapter chapter, DemoProject demo, DemoPlot plot, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Projects.AsNoTracking().SingleOrDefaultAsync(project => project.Slug == demo.Slug, cancellationToken) is { } there)
        {
            return there;
        }

        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        Project project = new()
        {
            Slug = demo.Slug,
            Name = demo.Name,
            Task = demo.Task,
            ClassNames = [.. demo.ClassNames],
            IsDemo = true,
            CreatedAt = plot.Start,
        };
        context.Projects.Add(project);
        await context.SaveChangesAsync(cancellationToken);
        context.Schedules.Add(new Schedule
        {
            ProjectId = project.Id,
            Name = chapter.LiveMinutes == 1 ? "Every minute" : $"Every {chapter.LiveMinutes} minutes",
            Cron = chapter.LiveMinutes == 1 ? "* * * * *" : $"*/{chapter.LiveMinutes} * * * *",
            TimeZone = "Etc/UTC",
            Window = TimeSpan.FromMinutes(chapter.LiveMinutes),
            SampleSize = chapter.ImagesPerDay,
            MisfirePolicy = MisfirePolicy.Skip,
            PlannedUntil = clock.GetUtcNow(),
        });
        foreach (AlertRule rule in demo.Rules.Select(make => make()))
        {
            rule.ProjectId = project.Id;
            rule.CreatedAt = plot.Start;
            context.AlertRules.Add(rule);
        }

        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return project;
    }

    private async Task<ModelVersion> RegisterAsync(Project project, DemoProject demo, string modelFolder, int number, CancellationToken cancellationToken)
    {
        string path = Path.Combine(modelFolder, $"{demo.ModelName}-v{number}");
        ModelContract contract = ModelContract.Read(path + ".json");
        Dictionary<string, byte[]> parts = [];
        foreach ((string role, ModelPart part) in contract.Parts ?? new Dictionary<string, ModelPart>())
        {
            parts[role] = await File.ReadAllBytesAsync(Path.Combine(modelFolder, part.File!), cancellationToken);
        }

        return await registry.RegisterAsync(project.Id, demo.ModelName, await File.ReadAllBytesAsync(path + ".onnx", cancellationToken), contract, parts, cancellationToken);
    }

    private async Task DeployAsync(ModelVersion version, DateTimeOffset at, string note, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        if (!await context.Deployments.AnyAsync(deployment => deployment.ModelVersionId == version.Id, cancellationToken))
        {
            await registry.DeployAsync(version.Id, at, note, cancellationToken);
        }
    }

    private async Task BaselineAsync(Project project, DemoPlot plot, CancellationToken cancellationToken)
    {
        if (project.BaselineId is not null)
        {
            return;
        }

        // The same scenes in every demo, at the same hours, taken in the days before the month.
        TimeSpan later = TimeSpan.FromDays(Math.Floor((plot.Start - BaselineTime).TotalDays) - 1);
        IncomingImage[] images = [.. (await _healthy.Value).Select(shot => DemoWorld.Send(DemoWorld.SeenBy(project.Task, shot.Scene), shot.ClientId, shot.CapturedAt + later, project.Task, isProduction: false))];
        long[] ids = [.. (await ingest.ReceiveAsync(project.Id, images, cancellationToken)).Select(one => one.ImageId!.Value).Order()];

        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        ImageSet set = new() { ProjectId = project.Id, Name = "Healthy cameras", Description = $"{ids.Length} labelled scenes of all cameras with clean lenses", CreatedAt = plot.Start };
        context.ImageSets.Add(set);
        await context.SaveChangesAsync(cancellationToken);
        context.ImageSetMembers.AddRange(ids.Select(id => new ImageSetMember { ImageSetId = set.Id, ImageId = id }));
        await context.Projects.Where(one => one.Id == project.Id).ExecuteUpdateAsync(one => one.SetProperty(row => row.BaselineId, set.Id), cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task SendAsync(DemoChapter chapter, DemoPlot plot, Project[] projects, string modelFolder, Channel<long>[] lanes, CancellationToken cancellationToken)
    {
        bool hasV2 = false;
        foreach ((DateTimeOffset start, DateTimeOffset end) in chapter.Windows(plot))
        {
            // The runs of the days before know nothing of it.
            if (!hasV2 && start >= plot.V2Registered)
            {
                hasV2 = true;
                foreach ((int index, Project project) in projects.Index())
                {
                    ModelVersion v2 = await RegisterAsync(project, chapter.Projects[index], modelFolder, 2, cancellationToken);
                    await DeployAsync(v2, plot.V2Deployed, "trained with smear, blur, noise and light", cancellationToken);
                }
            }

            Shot[]? shots = null;
            foreach ((int index, Project project) in projects.Index())
            {
                long? run = await UnfinishedAsync(project, start, end, cancellationToken);
                if (run == 0)
                {
                    shots ??= await Task.Run(() => Shoot(plot, start, end, chapter.ImagesPerDay, "history"), cancellationToken);
                    run = await PlanAsync(project, start, end, shots, cancellationToken);
                }

                if (run is { } runId)
                {
                    await lanes[index % lanes.Length].Writer.WriteAsync(runId, cancellationToken);
                }
                else
                {
                    progress.Step();
                }
            }
        }

        foreach (Channel<long> lane in lanes)
        {
            lane.Writer.Complete();
        }
    }

    private async Task PumpAsync(ChannelReader<long> runs, CancellationToken cancellationToken)
    {
        await foreach (long runId in runs.ReadAllAsync(cancellationToken))
        {
            // A process that was killed in the middle may still hold a part of the day; its hold runs out.
            await pump.PumpAsync(runId, cancellationToken);
            while (await IsRunningAsync(runId, cancellationToken))
            {
                await Task.Delay(TimeSpan.FromSeconds(1), clock, cancellationToken);
                await pump.PumpAsync(runId, cancellationToken);
            }

            progress.Step();
        }
    }

    private async Task<bool> IsRunningAsync(long runId, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Runs.AnyAsync(run => run.Id == runId && run.State == RunState.Running, cancellationToken);
    }

    // The day's run that was begun earlier, 0 for none, and null when it is completed.
    private async Task<long?> UnfinishedAsync(Project project, DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        var there = await context.Runs.AsNoTracking().Where(run => run.ProjectId == project.Id && run.WindowStart == start && run.WindowEnd == end)
            .Select(run => new { run.Id, run.State }).FirstOrDefaultAsync(cancellationToken);
        return there?.State is RunState.Completed ? null : there?.Id ?? 0;
    }

    private async Task<long> PlanAsync(Project project, DateTimeOffset start, DateTimeOffset end, Shot[] shots, CancellationToken cancellationToken)
    {
        await ingest.ReceiveAsync(project.Id, [.. shots.Select(shot => DemoWorld.Send(DemoWorld.SeenBy(project.Task, shot.Scene), shot.ClientId, shot.CapturedAt, project.Task))], cancellationToken);
        PlannedRun? run = await planner.PlanAsync(new PlanRequest(project.Id, start, end, shots.Length, "backfill"), cancellationToken);
        return run?.RunId ?? throw new InvalidOperationException($"The demo's run of {start:O} was not planned.");
    }

    /// <summary>A picture that every project of the demo looks at.</summary>
    private sealed record Shot(string ClientId, DateTimeOffset CapturedAt, Scene Scene);
}
