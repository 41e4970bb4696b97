using System.Data.Common;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using VisionMonitor.Monitoring.Alerting;
using VisionMonitor.Monitoring.Alerting.Channels;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Monitoring.Tests.Alerting.Channels;
using VisionMonitor.Testing;

namespace VisionMonitor.Monitoring.Tests.Jobs;

public sealed class NoticeDeliveryTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 3, 6, 0, 0, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task DeliverDueAsync_ADeathAtAnyStatement_LosesNothingAndRepeatsOnlyAfterTheReceiversYes(string kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind);
        await using StubHttpServer server = new();
        House house = await House.BuildAsync(database, server.Url);
        int points = 0, repeated = 0;
        for (bool crashed = true; crashed;)
        {
            long ruleId = await house.AddRuleAsync();
            int before = server.Requests.Count;
            house.Death.ComesAt(++points);
            crashed = await house.DiesAsync(ruleId);
            bool wasTold = server.Requests.Count > before;
            house.Death.ComesAt(null);
            house.Clock.Advance(TimeSpan.FromSeconds(61));
            await house.DecideAsync(ruleId);
            await house.Delivery.DeliverDueAsync(Stop);

            await using MonitoringDbContext context = database.CreateDbContext();
            Incident incident = (await context.Incidents.Where(row => row.AlertRuleId == ruleId).ToListAsync(Stop)).ShouldHaveSingleItem();
            OutboxNotice notice = (await context.OutboxNotices.Where(row => row.IncidentId == incident.Id).ToListAsync(Stop)).ShouldHaveSingleItem();
            notice.State.ShouldBe(OutboxState.Delivered, $"point {points}");
            string[] identities = [.. server.Requests.Skip(before).Select(request => request.Headers["Idempotency-Key"])];
            identities.Distinct().ShouldHaveSingleItem();
            identities.Length.ShouldBe(crashed && wasTold && notice.Attempts == 2 ? 2 : 1, $"point {points}");
            repeated += identities.Length - 1;
        }

        points.ShouldBeGreaterThan(8);
        repeated.ShouldBeGreaterThan(0, "the window between the yes and the commit was visited");
    }

    [Fact]
    public async Task DeliverDueAsync_AReceiverThatIsDownForTenMinutes_HearsOnceWithinAMinuteOfItsReturn()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync("sqlite");
        await using StubHttpServer server = new() { Answer = StubHttpServer.Status("503 Down") };
        House house = await House.BuildAsync(database, server.Url);
        await house.DecideAsync(await house.AddRuleAsync());
        for (int second = 0; second < 600; second += 5)
        {
            await house.Delivery.DeliverDueAsync(Stop);
            house.Clock.Advance(TimeSpan.FromSeconds(5));
        }

        int failed = server.Requests.Count;
        server.Answer = StubHttpServer.Status("200 OK");
        int seconds = 0;
        for (; await house.Delivery.DeliverDueAsync(Stop) == 0; seconds += 5)
        {
            house.Clock.Advance(TimeSpan.FromSeconds(5));
        }

        failed.ShouldBeInRange(10, 25);
        seconds.ShouldBeLessThanOrEqualTo(60);
        server.Requests.Count.ShouldBe(failed + 1);
    }

    [Theory]
    [InlineData("400 Bad Request", "The receiver answered 400 Bad Request: wrong hook")]
    public async Task DeliverDueAsync_ARefusalForGood_IsDeadAtOnceAndVisible(string status, string expected)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync("sqlite");
        await using StubHttpServer server = new() { Answer = StubHttpServer.Status(status, "", "wrong hook") };
        House house = await House.BuildAsync(database, server.Url);
        await house.DecideAsync(await house.AddRuleAsync());

        await house.Delivery.DeliverDueAsync(Stop);
        house.Clock.Advance(TimeSpan.FromHours(1));
        await house.Delivery.DeliverDueAsync(Stop);

        await using MonitoringDbContext context = database.CreateDbContext();
        OutboxNotice notice = await context.OutboxNotices.SingleAsync(Stop);
        (notice.State, notice.LastError, server.Requests.Count).ShouldBe((OutboxState.Dead, expected, 1));
    }

    [Fact]
    public async Task DeliverDueAsync_AReceiverThatStaysAway_IsGivenUpAfterADay()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync("sqlite");
        await using StubHttpServer server = new() { Answer = StubHttpServer.Status("500 Oops") };
        House house = await House.BuildAsync(database, server.Url);
        await house.DecideAsync(await house.AddRuleAsync());
        for (int tries = 0; tries < 30; tries++)
        {
            await house.Delivery.DeliverDueAsync(Stop);
            house.Clock.Advance(TimeSpan.FromHours(1));
        }

        await using MonitoringDbContext context = database.CreateDbContext();
        OutboxNotice notice = await context.OutboxNotices.SingleAsync(Stop);
        notice.State.ShouldBe(OutboxState.Dead);
        notice.LastError.ShouldNotBeNull().ShouldStartWith("Given up after 2");
    }

    [Fact]
    public async Task DeliverDueAsync_AStormOfAlerts_IsGroupedAndLosesNone()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync("sqlite");
        await using StubHttpServer server = new();
        House house = await House.BuildAsync(database, server.Url);
        await house.StormAsync(350);

        await house.Delivery.DeliverDueAsync(Stop);

        server.Requests.Count.ShouldBe(4);
        server.Requests.Sum(request => JsonDocument.Parse(request.Body).RootElement.GetProperty("alerts").GetArrayLength()).ShouldBe(350);
    }

    [Fact]
    public async Task DeliverDueAsync_ARecovery_WaitsForItsAlarm()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync("sqlite");
        await using StubHttpServer server = new() { Answer = StubHttpServer.Status("503 Down") };
        House house = await House.BuildAsync(database, server.Url);
        long ruleId = await house.AddRuleAsync();
        await house.DecideAsync(ruleId);
        await house.Delivery.DeliverDueAsync(Stop);
        await house.ResolveAsync(ruleId);
        await house.Delivery.DeliverDueAsync(Stop);
        server.Requests.Count.ShouldBe(1);

        server.Answer = StubHttpServer.Status("200 OK");
        house.Clock.Advance(TimeSpan.FromMinutes(1));
        await house.Delivery.DeliverDueAsync(Stop);

        server.Requests.Skip(1).Select(request => JsonDocument.Parse(request.Body).RootElement.GetProperty("status").GetString()).ShouldBe(["firing", "resolved"]);
    }

    [Fact]
    public async Task SendTestAsync_AChannel_SaysWhetherItWorks()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync("sqlite");
        await using StubHttpServer server = new();
        House house = await House.BuildAsync(database, server.Url);

        (await house.Delivery.SendTestAsync(house.ChannelId, Stop)).ShouldBe(new DeliveryResult.Delivered());

        JsonDocument.Parse(server.Requests.ShouldHaveSingleItem().Body).RootElement.GetProperty("visionmonitor").GetProperty("transition").GetString().ShouldBe("test");
        await Should.ThrowAsync<KeyNotFoundException>(() => house.Delivery.SendTestAsync(999, Stop));
    }

    /// <summary>A project with one webhook, whose deliverer can be made to die.</summary>
    private sealed class House(TestDatabase database, Project project, long channelId, NoticeDelivery delivery, FakeTimeProvider clock, SuddenDeath death, MortalContexts contexts)
    {
        public long ChannelId => channelId;

        public NoticeDelivery Delivery => delivery;

        public FakeTimeProvider Clock => clock;

        public SuddenDeath Death => death;

        public static async Task<House> BuildAsync(TestDatabase database, string url)
        {
            FakeTimeProvider clock = new(Start.AddHours(3));
            MonitoringOptions options = new() { Database = database.Database, BlobFolder = database.Folder };
            OutboundNetwork network = SampleMessages.Loopback();
            ChannelSettingsProtector protector = new(new EphemeralDataProtectionProvider(), network);
            Project project = new() { Slug = "parcels", Name = "Parcels", ClassNames = ["box"] };
            AlertChannel channel = new() { Name = "ops", Kind = "webhook", ProtectedSettings = protector.Protect(new WebhookSettings { Url = url, Secret = "0123456789abcdef", IncludesPictures = false }.ToJson()) };
            await using MonitoringDbContext context = database.CreateDbContext();
            context.AddRange(project, channel);
            await context.SaveChangesAsync(Stop);
            SuddenDeath death = new();
            MortalContexts contexts = new(database, death);
            NoticeDelivery delivery = new(contexts, new AlertMessages(new BlobStore(database.Folder), options), protector, network, options, clock);
            return new House(database, project, channel.Id, delivery, clock, death, contexts);
        }

        public async Task<long> AddRuleAsync()
        {
            await using MonitoringDbContext context = database.CreateDbContext();
            AlertRule rule = new() { ProjectId = project.Id, Name = "Accuracy", Metric = MetricNames.Accuracy, Direction = AlertDirection.Below, Threshold = 0.85, RecoveryThreshold = 0.9 };
            context.Add(rule);
            await context.SaveChangesAsync(Stop);
            return rule.Id;
        }

        /// <summary>What the end of a run does: the incident and what is owed in one transaction, once.</summary>
        public async Task DecideAsync(long ruleId)
        {
            await using MonitoringDbContext context = contexts.CreateDbContext();
            if (await context.Incidents.AnyAsync(row => row.OpenRuleId == ruleId, Stop))
            {
                return;
            }

            await using var transaction = await context.Database.BeginTransactionAsync(Stop);
            Incident incident = Fault(ruleId);
            context.Add(incident);
            await context.SaveChangesAsync(Stop);
            await OweAsync(context, incident, IncidentChange.Fired);
            await transaction.CommitAsync(Stop);
        }

        public async Task ResolveAsync(long ruleId)
        {
            await using MonitoringDbContext context = database.CreateDbContext();
            Incident incident = await context.Incidents.SingleAsync(row => row.OpenRuleId == ruleId, Stop);
            (incident.OpenRuleId, incident.State, incident.ResolvedAt) = (null, IncidentState.Resolved, clock.GetUtcNow());
            await OweAsync(context, incident, IncidentChange.Resolved);
        }

        public async Task StormAsync(int count)
        {
            await using MonitoringDbContext context = database.CreateDbContext();
            AlertRule[] rules = [.. Enumerable.Range(0, count).Select(_ => new AlertRule { ProjectId = project.Id, Name = "Accuracy", Metric = MetricNames.Accuracy })];
            context.AddRange(rules.ToArray<object>());
            await context.SaveChangesAsync(Stop);
            Incident[] incidents = [.. rules.Select(rule => Fault(rule.Id))];
            context.AddRange(incidents.ToArray<object>());
            await context.SaveChangesAsync(Stop);
            foreach (Incident incident in incidents)
            {
                context.AddRange(IncidentTransitions.Owed(incident, IncidentChange.Fired, await context.AlertChannels.ToListAsync(Stop), clock.GetUtcNow()));
            }

            await context.SaveChangesAsync(Stop);
        }

        /// <summary>Decides and delivers until the death comes.</summary>
        /// <returns>Whether it came.</returns>
        public async Task<bool> DiesAsync(long ruleId)
        {
            try
            {
                await DecideAsync(ruleId);
                await delivery.DeliverDueAsync(Stop);
                return false;
            }
            catch (Exception failure) when (failure is DeathException || failure.InnerException is DeathException)
            {
                return true;
            }
        }

        private Incident Fault(long ruleId) => new() { ProjectId = project.Id, AlertRuleId = ruleId, OpenRuleId = ruleId, State = IncidentState.Firing, StartedAt = Start, FiredAt = Start, Summary = "it fell" };

        private async Task OweAsync(MonitoringDbContext context, Incident incident, string transition)
        {
            context.AddRange(IncidentTransitions.Owed(incident, transition, await context.AlertChannels.ToListAsync(Stop), clock.GetUtcNow()));
            await context.SaveChangesAsync(Stop);
        }
    }

    /// <summary>Contexts whose statements are counted, and the last of which is the last.</summary>
    private sealed class MortalContexts(TestDatabase database, SuddenDeath death) : IDbContextFactory<MonitoringDbContext>
    {
        public MonitoringDbContext CreateDbContext()
        {
            DbContextOptionsBuilder<MonitoringDbContext> options = new();
            database.Database.Configure(options);
            options.AddInterceptors(death);
            return new MonitoringDbContext(options.Options);
        }
    }

    private sealed class DeathException : Exception;

    /// <summary>Ends the process, as far as the database can tell, before its n-th statement or commit.</summary>
    private sealed class SuddenDeath : DbCommandInterceptor, IDbTransactionInterceptor
    {
        private int? _left;

        public void ComesAt(int? statement) => _left = statement;

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            Count();
            return ValueTask.FromResult(result);
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            Count();
            return ValueTask.FromResult(result);
        }

        public ValueTask<InterceptionResult> TransactionCommittingAsync(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        {
            Count();
            return ValueTask.FromResult(result);
        }

        private void Count()
        {
            if (_left is { } left && (_left = left - 1) == 0)
            {
                throw new DeathException();
            }
        }
    }
}
