using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SkiaSharp;
using VisionMonitor.Monitoring.DriftDetection;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Rescoring;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Tests.Jobs;

/// <summary>
/// A project whose images are plain colours and whose truth is the strongest channel, with two versions: one that is right, and one that
/// takes blue for green. The whole pipeline runs on it: files, ONNX Runtime, database.
/// </summary>
internal sealed class ColourProject : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Classes = ["red", "green", "blue"];
    private static readonly float[] Right = [9, 0, 0, 0, 9, 0, 0, 0, 9];
    private static readonly float[] BlueIsGreen = [9, 0, 0, 0, 9, 0, 0, 10, 9];

    private readonly BlobStore _blobs;
    private readonly SessionPool _sessions;
    private readonly DriftRows _drift;

    private ColourProject(TestDatabase database, MonitoringOptions options)
    {
        (Database, Options) = (database, options);
        _blobs = new BlobStore(options.BlobFolder);
        _sessions = new SessionPool(_blobs);
        _drift = new DriftRows(new SketchedBaselines(), new DriftCalibrations(), new SketchHistory(options), options);
        Clock = new FakeTimeProvider(Start.AddDays(1));
    }

    public TestDatabase Database { get; }

    public MonitoringOptions Options { get; }

    public FakeTimeProvider Clock { get; }

    public long ProjectId { get; private set; }

    public IReadOnlyList<long> VersionIds { get; private set; } = [];

    public IReadOnlyList<Image> Images { get; private set; } = [];

    public RunPlanner Planner => new(Database, Clock, Options);

    public ShardLedger Ledger => new(Database, Clock, Options);

    public ShardWork Work => new(Database, _blobs, new RecentPictures(), _sessions, Ledger, Clock, Options);

    public RunFinish Finish => new(Database, _drift, new EstimateRows(), Clock, Options);

    public RunPump Pump => new(Database, Ledger, Work, Finish, Clock, Options, NullLogger<RunPump>.Instance);

    public EvaluationRefresh Refresh => new(Database, new EstimateRows(), Clock, Options);

    public RunSweep Sweep => new(Database, Clock);

    /// <summary>Plants a project with images, one a minute, on two cameras; every fourth one is not labelled yet.</summary>
    public static async Task<ColourProject> CreateAsync(string kind, int imageCount, int baselineCount = 0)
    {
        TestDatabase database = await TestDatabase.CreateAsync(kind);
        ColourProject planted = new(database, new MonitoringOptions { Database = database.Database, BlobFolder = Path.Combine(database.Folder, "blobs"), ImagesPerShard = 8, BootstrapReplicates = 50 });
        await using MonitoringDbContext context = database.CreateDbContext();
        Project project = new() { Slug = "colours", Name = "Colours", Task = VisionTask.Classification, ClassNames = [.. Classes], CreatedAt = Start };
        context.Add(project);
        await context.SaveChangesAsync(Token);
        planted.ProjectId = project.Id;
        await planted.AddVersionsAsync(context);
        List<Image> images = [];
        for (int index = 0; index < imageCount + baselineCount; index++)
        {
            images.Add(await planted.NewImageAsync(index, isProduction: index < imageCount));
        }

        context.AddRange(images);
        await context.SaveChangesAsync(Token);
        context.AddRange(images.Where(image => image.LabelRevision == 1).Select(image => LabelOf(image.Id, 1, ClassOf(images.IndexOf(image)))));
        if (baselineCount > 0)
        {
            ImageSet set = new() { ProjectId = project.Id, Name = "baseline" };
            context.Add(set);
            await context.SaveChangesAsync(Token);
            context.AddRange(images.Skip(imageCount).Select(image => new ImageSetMember { ImageSetId = set.Id, ImageId = image.Id }));
            project.BaselineId = set.Id;
        }

        await context.SaveChangesAsync(Token);
        planted.Images = images;
        return planted;
    }

    public static int ClassOf(int index) => index % 3;

    public async Task<PlannedRun> PlanAsync(int sampleSize = 1000) =>
        (await Planner.PlanAsync(new PlanRequest(ProjectId, Start, Start.AddDays(1), sampleSize, "manual"), Token))!;

    /// <summary>Plans a window of a schedule.</summary>
    public async Task<PlannedRun> PlanAsync(DateTimeOffset start, DateTimeOffset end, long scheduleId) =>
        (await Planner.PlanAsync(new PlanRequest(ProjectId, start, end, 1000, "schedule") { ScheduleId = scheduleId }, Token))!;

    /// <summary>Gives an image another truth.</summary>
    public async Task LabelAsync(int index, int classIndex)
    {
        await using MonitoringDbContext context = Database.CreateDbContext();
        Image image = await context.Images.SingleAsync(image => image.Id == Images[index].Id, Token);
        image.LabelRevision++;
        context.Add(LabelOf(image.Id, image.LabelRevision, classIndex));
        await context.SaveChangesAsync(Token);
    }

    /// <summary>Cuts an image's file off, keeping its row, as a damaged disk would.</summary>
    public async Task DamageAsync(int index)
    {
        byte[] whole = await _blobs.ReadAsync(Images[index].Sha256, Token);
        string sha256 = await _blobs.WriteAsync(whole.AsMemory(0, whole.Length - 20), Token);
        await using MonitoringDbContext context = Database.CreateDbContext();
        await context.Images.Where(image => image.Id == Images[index].Id).ExecuteUpdateAsync(update => update.SetProperty(image => image.Sha256, sha256), Token);
    }

    /// <summary>Replaces a version's weights by one number that is none.</summary>
    public async Task PoisonAsync(int version, float poison)
    {
        string sha256 = await _blobs.WriteAsync(TinyModel.Onnx([.. Enumerable.Repeat(poison, 9)]), Token);
        await using MonitoringDbContext context = Database.CreateDbContext();
        long id = VersionIds[version];
        await context.ModelVersions.Where(row => row.Id == id).ExecuteUpdateAsync(update => update.SetProperty(row => row.Sha256, sha256), Token);
    }

    public async Task<List<T>> RowsAsync<T>()
        where T : class
    {
        await using MonitoringDbContext context = Database.CreateDbContext();
        return await context.Set<T>().AsNoTracking().ToListAsync(Token);
    }

    /// <summary>A run's numbers as text to the last bit, without the measured times, which differ from run to run.</summary>
    public async Task<List<string>> NumbersAsync(long runId) =>
    [
        .. (await RowsAsync<RunMetric>())
            .Where(metric => metric.RunId == runId && !metric.Metric.StartsWith("latency", StringComparison.Ordinal))
            .Select(metric => string.Create(CultureInfo.InvariantCulture, $"{metric.ModelVersionId} {metric.Metric} {metric.ClassIndex} {metric.Camera} {metric.Value:R} {metric.Low:R} {metric.High:R} {metric.Count} {metric.UndefinedBecause}"))
            .Concat((await RowsAsync<DriftCheck>()).Where(check => check.RunId == runId).Select(check => string.Create(CultureInfo.InvariantCulture, $"{check.ModelVersionId} {check.Camera} {check.State} {check.Score:R} {check.Limit:R} {check.PValue:R} {check.Reason}")))
            .Order(StringComparer.Ordinal),
    ];

    public ValueTask DisposeAsync()
    {
        _sessions.Dispose();
        return Database.DisposeAsync();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Label LabelOf(long imageId, int revision, int classIndex) =>
        new() { ImageId = imageId, Revision = revision, Truth = new ClassificationTruth(classIndex).ToJson(), CreatedAt = Start };

    private async Task AddVersionsAsync(MonitoringDbContext context)
    {
        List<ModelVersion> versions = [];
        foreach (float[] weights in (float[][])[Right, BlueIsGreen])
        {
            string sha256 = await _blobs.WriteAsync(TinyModel.Onnx(weights), Token);
            versions.Add(new ModelVersion { ProjectId = ProjectId, Name = "tiny", Number = versions.Count + 1, Sha256 = sha256, Contract = TinyModel.Contract(Classes).ToJson() });
        }

        context.AddRange(versions);
        await context.SaveChangesAsync(Token);
        VersionIds = [.. versions.Select(version => version.Id)];
    }

    private async Task<Image> NewImageAsync(int index, bool isProduction)
    {
        byte[] channels = [(byte)(40 + index * 7 % 60), (byte)(30 + index * 11 % 60), (byte)(20 + index * 13 % 60)];
        channels[ClassOf(index)] += 120;
        using SKBitmap bitmap = new(16, 16);
        bitmap.Erase(new SKColor(channels[0], channels[1], channels[2]));
        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return new Image
        {
            ProjectId = ProjectId,
            ClientId = $"colour-{index}",
            Sha256 = await _blobs.WriteAsync(png.ToArray(), Token),
            CapturedAt = Start.AddMinutes(index),
            ReceivedAt = Start.AddMinutes(index),
            Camera = $"camera-{index % 2}",
            IsProduction = isProduction,
            LabelRevision = index % 4 == 3 ? 0 : 1,
        };
    }
}
