using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Tests.Jobs;

public sealed class EstimateRowsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Two versions, each judged by its own confidence and by the other's answers: four that learn, two readings.
    [Fact]
    public async Task Of_TwoVersionsByTwoMethods_ReadsWhatEachSaidOfTheBaselineOnce()
    {
        await using ColourProject planted = await ColourProject.CreateAsync("sqlite", imageCount: 24, baselineCount: 24);
        PlannedRun whole = (await planted.Planner.PlanAsync(new PlanRequest(planted.ProjectId, ColourProject.Start, ColourProject.Start.AddDays(1), 1000, "baseline"), Token))!;
        await planted.Pump.PumpAsync(whole.RunId, Token);
        PlannedRun run = await planted.PlanAsync();
        await planted.Pump.PumpAsync(run.RunId, Token);
        BaselineReadings readings = new();
        DbContextOptionsBuilder<MonitoringDbContext> options = new();
        planted.Database.Database.Configure(options).AddInterceptors(readings);
        await using MonitoringDbContext context = new(options.Options);
        RunMaterial material = await RunMaterial.LoadAsync(context, run.RunId, Token);

        IReadOnlyList<QualityEstimate> rows = await new EstimateRows().OfAsync(context, material, [], Token);

        rows.Select(row => (row.ModelVersionId, row.Method)).Distinct().Count().ShouldBe(4);
        readings.Count.ShouldBe(2);
    }

    // Asked for once a run has scored everything: the next run looks again, at the baseline too, and one more run finds nothing left to look at. What cannot be decoded is not asked for again either.
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Of_AProjectThatLooksTwice_IsEstimatedByItsSecondLookAlso(string kind)
    {
        await using ColourProject planted = await ColourProject.CreateAsync(kind, imageCount: 12, baselineCount: 12);
        await planted.DamageAsync(3);
        await planted.DamageAsync(15);
        await planted.Pump.PumpAsync((await planted.PlanAsync()).RunId, Token);
        (await planted.RowsAsync<SecondLook>()).ShouldBeEmpty();
        (await planted.RowsAsync<QualityEstimate>()).ShouldNotContain(row => row.Method == EstimateMethods.SecondLook);
        await using (MonitoringDbContext context = planted.Database.CreateDbContext())
        {
            await context.Projects.ExecuteUpdateAsync(update => update.SetProperty(project => project.HasSecondLooks, true), Token);
        }

        PlannedRun run = await planted.PlanAsync();
        await planted.Pump.PumpAsync(run.RunId, Token);
        PlannedRun again = await planted.PlanAsync();
        await planted.Pump.PumpAsync(again.RunId, Token);

        (run.ShardCount, again.ShardCount).ShouldBe((4, 2), "8 images a shard: two of the baseline's and two of the sample's, then the sample's alone");
        List<SecondLook> looks = await planted.RowsAsync<SecondLook>();
        looks.Count.ShouldBe(2 * 24);
        looks.Count(look => look.Prediction is null).ShouldBe(2 * 2);
        List<QualityEstimate> estimates = [.. (await planted.RowsAsync<QualityEstimate>()).Where(row => row.Method == EstimateMethods.SecondLook && row.Metric == MetricNames.Accuracy)];
        estimates.Select(row => (row.RunId, row.ModelVersionId)).ShouldBe([.. planted.VersionIds.SelectMany(version => ((long[])[run.RunId, again.RunId]).Select(id => (id, version)))], ignoreOrder: true);
        estimates.ShouldAllBe(row => row.Count == 11 && row.Low <= row.Value && row.Value <= row.High);
    }

    /// <summary>Counts the queries that join answers with labels.</summary>
    private sealed class BaselineReadings : DbCommandInterceptor
    {
        public int Count { get; private set; }

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            Count += command.CommandText.Contains("\"rescores\"", StringComparison.Ordinal) && command.CommandText.Contains("\"labels\"", StringComparison.Ordinal) ? 1 : 0;
            return base.ReaderExecutingAsync(command, eventData, result, cancellationToken);
        }
    }
}
