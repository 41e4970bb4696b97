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
