using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;

namespace VisionMonitor.Monitoring.Tests.Jobs;

public sealed class RunPlannerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Plan_AWindow_FixesSampleAndShardsInOneStep(string kind)
    {
        await using PlantedProject planted = await PlantedProject.CreateAsync(kind, imageCount: 100);

        PlannedRun planned = await planted.PlanAsync(sampleSize: 25);

        planned.SampleCount.ShouldBe(25);
        Run run = (await planted.RowsAsync<Run>()).ShouldHaveSingleItem();
        (run.PopulationCount, run.SampleCount, run.ShardCount, run.State).ShouldBe((100, 25, 3, RunState.Running));
        List<RunImage> images = [.. (await planted.RowsAsync<RunImage>()).OrderBy(image => image.Ordinal)];
        images.Select(image => image.Ordinal).ShouldBe(Enumerable.Range(0, 25));
        images.ShouldAllBe(image => image.InclusionProbability == 0.25);
        (await planted.RowsAsync<RunShard>()).OrderBy(shard => shard.Number).Select(shard => (shard.FirstOrdinal, shard.ImageCount)).ShouldBe([(0, 10), (10, 10), (20, 5)]);
        (await planted.RowsAsync<LiveNotice>()).ShouldContain(notice => notice.Kind == NoticeKinds.RunPlanned && notice.SubjectId == run.Id);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Plan_TheSameWindow_SamplesTheSameImagesOnEveryDatabase(string kind)
    {
        await using PlantedProject planted = await PlantedProject.CreateAsync(kind, imageCount: 40);

        await planted.PlanAsync(sampleSize: 5);

        Dictionary<long, string> clients = (await planted.RowsAsync<Image>()).ToDictionary(image => image.Id, image => image.ClientId);
        (await planted.RowsAsync<RunImage>()).OrderBy(image => image.Ordinal).Select(image => clients[image.ImageId]).ShouldBe(ExpectedOfForty);
    }

    // Worked out with Python as in UniformSampleTests, for the key "parcels/[start]/[end]" in milliseconds.
    private static readonly string[] ExpectedOfForty = ["c21", "c13", "c23", "c2", "c7"];

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Plan_AnEmptyWindow_IsARunWithoutImages(string kind)
    {
        await using PlantedProject planted = await PlantedProject.CreateAsync(kind, imageCount: 0);

        PlannedRun planned = (await planted.Planner.PlanAsync(new PlanRequest(planted.ProjectId, PlantedProject.Start, PlantedProject.Start.AddHours(1), 10, "manual"), Token))!;

        (planned.SampleCount, planned.ShardCount).ShouldBe((0, 0));
        (await planted.RowsAsync<Run>()).ShouldHaveSingleItem().PopulationCount.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Plan_WithAnUnscoredBaseline_AddsItsShardsAndKeepsItOutOfTheSample(string kind)
    {
        await using PlantedProject planted = await PlantedProject.CreateAsync(kind, imageCount: 40);
        List<Image> images = await planted.RowsAsync<Image>();
        await using (MonitoringDbContext context = planted.Database.CreateDbContext())
        {
            ImageSet set = new() { ProjectId = planted.ProjectId, Name = "baseline" };
            context.Add(set);
            context.Add(new ModelVersion { ProjectId = planted.ProjectId, Name = "m", Number = 1, Sha256 = new string('0', 64), Contract = "{}" });
            await context.SaveChangesAsync(Token);
            context.AddRange(images.Take(15).Select(image => new ImageSetMember { ImageSetId = set.Id, ImageId = image.Id }));
            long[] references = [.. images.Take(15).Select(image => image.Id)];
            await context.Images.Where(image => references.Contains(image.Id)).ExecuteUpdateAsync(update => update.SetProperty(image => image.IsProduction, false), Token);
            (await context.Projects.FindAsync([planted.ProjectId], Token))!.BaselineId = set.Id;
            await context.SaveChangesAsync(Token);
        }

        await planted.PlanAsync(sampleSize: 40);

        (await planted.RowsAsync<RunShard>()).OrderBy(shard => shard.Number).Select(shard => (shard.Kind, shard.FirstOrdinal, shard.ImageCount))
            .ShouldBe([(ShardKind.Baseline, 0, 10), (ShardKind.Baseline, 10, 5), (ShardKind.Sample, 0, 10), (ShardKind.Sample, 10, 10), (ShardKind.Sample, 20, 5)]);
        (await planted.RowsAsync<RunImage>()).Select(image => image.ImageId).ShouldBe(images.Skip(15).Select(image => image.Id), ignoreOrder: true);
    }

    [Fact]
    public async Task Plan_AWindowThatIsUpsideDown_IsRefused()
    {
        await using PlantedProject planted = await PlantedProject.CreateAsync("sqlite", imageCount: 0);

        await Should.ThrowAsync<ArgumentException>(() => planted.Planner.PlanAsync(new PlanRequest(planted.ProjectId, PlantedProject.Start, PlantedProject.Start, 10, "manual"), Token));
        await Should.ThrowAsync<ArgumentException>(() => planted.Planner.PlanAsync(new PlanRequest(99, PlantedProject.Start, PlantedProject.Start.AddHours(1), 10, "manual"), Token));
    }
}
