using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Monitoring.Tests.Ingest;

public sealed class GroundClassesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task ChooseAsync_OtherClassesThanBefore_MakesPastNumbersStaleAndForgetsThoseOfTheGroups(string kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind);
        await using MonitoringDbContext context = database.CreateDbContext();
        Project project = new() { Slug = "hub", Name = "Hub", Task = VisionTask.Panoptic, ClassNames = ["floor", "wall", "carton"] };
        context.Add(project);
        await context.SaveChangesAsync(Token);
        Run run = new() { ProjectId = project.Id, Trigger = "manual", State = RunState.Completed, ModelVersionIds = [1], WindowEnd = DateTimeOffset.UnixEpoch };
        context.Add(run);
        await context.SaveChangesAsync(Token);
        context.AddRange(new RunMetric { RunId = run.Id, Metric = MetricNames.PanopticQuality, Value = 0.5 }, new RunMetric { RunId = run.Id, Metric = MetricNames.PanopticQualityOfStuff, Value = 0.4 });
        await context.SaveChangesAsync(Token);

        (await GroundClasses.ChooseAsync(context, project.Id, ["wall", "floor", "sea"], DateTimeOffset.UnixEpoch, Token)).ShouldBeTrue();

        await using MonitoringDbContext after = database.CreateDbContext();
        (await after.Projects.SingleAsync(Token)).StuffClassNames.ShouldBe(["floor", "wall"]);
        (await after.Runs.SingleAsync(Token)).IsEvaluationStale.ShouldBeTrue();
        (await after.RunMetrics.SingleAsync(Token)).Metric.ShouldBe(MetricNames.PanopticQuality);
        (await GroundClasses.ChooseAsync(after, project.Id, ["floor", "wall"], DateTimeOffset.UnixEpoch, Token)).ShouldBeFalse("nothing is new");

        // What a person has said is not overruled by the next file; an empty list is nothing said.
        (await GroundClasses.LearnAsync(after, project.Id, ["carton"], DateTimeOffset.UnixEpoch, Token)).ShouldBeEmpty();
        (await GroundClasses.ChooseAsync(after, project.Id, [], DateTimeOffset.UnixEpoch, Token)).ShouldBeTrue();
        (await GroundClasses.LearnAsync(after, project.Id, ["wall"], DateTimeOffset.UnixEpoch, Token)).ShouldBe(["wall"]);
    }

    [Fact]
    public async Task RegisterAsync_OfAModelThatTells_TeachesAnEmptyProjectItsClassesAndGround()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync("sqlite");
        ModelRegistry registry = new(database, new BlobStore(Path.Combine(database.Folder, "blobs")), TimeProvider.System);
        await using MonitoringDbContext context = database.CreateDbContext();
        Project project = new() { Slug = "hub", Name = "Hub", Task = VisionTask.Panoptic, ClassNames = [] };
        context.Add(project);
        await context.SaveChangesAsync(Token);
        ModelContract contract = ModelContract.Read(SharedFolder.InRepository("models", "parcel-panoptic-v1.json"));
        (await Should.ThrowAsync<IngestException>(() => registry.RegisterAsync(project.Id, "unnamed", new byte[] { 1 }, contract with { Classes = [] }, Token))).Code.ShouldBe("classes_missing");

        await registry.RegisterAsync(project.Id, "first", new byte[] { 1 }, contract, Token);

        await using MonitoringDbContext after = database.CreateDbContext();
        Project taught = await after.Projects.SingleAsync(Token);
        taught.ClassNames.ShouldBe(contract.Classes);
        taught.StuffClassNames.ShouldBe(["floor", "stripe", "rail", "roller", "belt"]);
        (await Should.ThrowAsync<IngestException>(() => registry.RegisterAsync(project.Id, "other", new byte[] { 2 }, contract with { Classes = ["sea"] }, Token))).Code.ShouldBe("class_mismatch");
    }
}
