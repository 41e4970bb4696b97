using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;
using VisionMonitor.Vision;

namespace VisionMonitor.Monitoring.Tests.Storage;

public sealed class MonitoringDbContextTests
{
    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Migrations_AgainstTheModel_HaveNothingPending(string kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind);
        await using MonitoringDbContext context = database.CreateDbContext();

        context.Database.HasPendingModelChanges().ShouldBeFalse("a model change needs a migration in both projects");
        (await context.Database.GetPendingMigrationsAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Times_WithAnOffset_AreStoredAndOrderedAsUtc(string kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind);
        DateTimeOffset noonInSeoul = new(2026, 3, 1, 12, 0, 0, TimeSpan.FromHours(9));
        DateTimeOffset fourUtc = new(2026, 3, 1, 4, 0, 0, TimeSpan.Zero);
        await using (MonitoringDbContext context = database.CreateDbContext())
        {
            context.AddRange(NewProject("late", fourUtc), NewProject("early", noonInSeoul));
            await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        await using MonitoringDbContext reading = database.CreateDbContext();
        List<Project> ordered = await reading.Projects.OrderBy(project => project.CreatedAt).ToListAsync(TestContext.Current.CancellationToken);

        ordered.Select(project => project.Slug).ShouldBe(["early", "late"]);
        ordered[0].CreatedAt.ShouldBe(noonInSeoul);
        ordered[0].CreatedAt.Offset.ShouldBe(TimeSpan.Zero);
        (await reading.Projects.CountAsync(project => project.CreatedAt < fourUtc, TestContext.Current.CancellationToken)).ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task OpenIncidents_TwoForOneRule_AreRefusedByTheDatabase(string kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind);
        await using MonitoringDbContext context = database.CreateDbContext();
        Project project = NewProject("p", DateTimeOffset.UnixEpoch);
        context.Add(project);
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        AlertRule rule = new() { ProjectId = project.Id, Name = "r", Metric = MetricNames.Accuracy };
        context.Add(rule);
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        context.Add(new Incident { ProjectId = project.Id, AlertRuleId = rule.Id, OpenRuleId = rule.Id });
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);

        context.Add(new Incident { ProjectId = project.Id, AlertRuleId = rule.Id, OpenRuleId = rule.Id });

        await Should.ThrowAsync<DbUpdateException>(() => context.SaveChangesAsync(TestContext.Current.CancellationToken));
    }

    private static Project NewProject(string slug, DateTimeOffset createdAt) => new()
    {
        Slug = slug,
        Name = slug,
        Task = VisionTask.Classification,
        ClassNames = ["carton", "상자"],
        CreatedAt = createdAt,
    };
}
