using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.DriftDetection;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Tests.Jobs;

public sealed class SketchedBaselinesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // One broken image is no reason to read and measure the others anew for every run; but what is not scored yet may still come.
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Get_ABaselineThatIsScoredButForABrokenImage_IsReadOnce(string kind)
    {
        await using ColourProject planted = await ColourProject.CreateAsync(kind, imageCount: 8, baselineCount: 48);
        await planted.DamageAsync(20);
        await using MonitoringDbContext context = planted.Database.CreateDbContext();
        Project project = await context.Projects.SingleAsync(Token);
        SketchedBaselines baselines = new();
        SketchedBaseline before = await Get();
        await planted.Pump.PumpAsync((await planted.PlanAsync()).RunId, Token);

        SketchedBaseline after = await Get();

        (before.CountOf(""), after.CountOf("")).ShouldBe((0, 47));
        after.Of("").ShouldNotBeNull();
        (await Get()).ShouldBeSameAs(after);

        Task<SketchedBaseline> Get() => baselines.GetAsync(context, project, project.BaselineId, planted.VersionIds[0], Token);
    }
}
