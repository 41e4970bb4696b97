using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;

namespace VisionMonitor.Monitoring.Tests.Jobs;

public sealed class ShardLedgerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Claim_SixWorkersRacing_GiveEachShardToOne(string kind)
    {
        await using PlantedProject planted = await PlantedProject.CreateAsync(kind, imageCount: 200);
        PlannedRun run = await planted.PlanAsync(sampleSize: 200);
        ConcurrentBag<ShardLease> leases = [];

        await Task.WhenAll(Enumerable.Range(0, 6).Select(worker => Task.Run(
            async () =>
            {
                while (await planted.Ledger.ClaimAsync(run.RunId, $"worker {worker}", Token) is { } lease)
                {
                    leases.Add(lease);
                    (await planted.Ledger.CompleteAsync(lease, (context, token) => NoticeAsync(context, lease, token), Token)).ShouldBeTrue();
                }
            },
            Token)));

        leases.Select(lease => lease.Number).Order().ShouldBe(Enumerable.Range(0, 20));
        (await NoticesAsync(planted)).Order().ShouldBe(Enumerable.Range(0, 20).Select(number => (long?)number));
        (await planted.Ledger.IsDoneAsync(run.RunId, Token)).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Complete_ByAWorkerThatWasTakenForDead_WritesNothing(string kind)
    {
        await using PlantedProject planted = await PlantedProject.CreateAsync(kind, imageCount: 5);
        PlannedRun run = await planted.PlanAsync(sampleSize: 5);
        ShardLease zombie = (await planted.Ledger.ClaimAsync(run.RunId, "zombie", Token))!;
        (await planted.Ledger.ClaimAsync(run.RunId, "heir", Token)).ShouldBeNull("the lease still runs");

        planted.Clock.Advance(planted.Options.Lease + TimeSpan.FromSeconds(1));
        ShardLease heir = (await planted.Ledger.ClaimAsync(run.RunId, "heir", Token))!;

        (await planted.Ledger.HeartbeatAsync(zombie, Token)).ShouldBeFalse();
        (await planted.Ledger.CompleteAsync(zombie, (context, token) => NoticeAsync(context, zombie, token), Token)).ShouldBeFalse();
        (await NoticesAsync(planted)).ShouldBeEmpty();
        (await planted.Ledger.CompleteAsync(heir, (context, token) => NoticeAsync(context, heir, token), Token)).ShouldBeTrue();
        (await planted.Ledger.CompleteAsync(zombie, (context, token) => NoticeAsync(context, zombie, token), Token)).ShouldBeFalse();
        (await NoticesAsync(planted)).Count.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Complete_WhenTheResultsCannotBeWritten_LeavesTheShardUndone(string kind)
    {
        await using PlantedProject planted = await PlantedProject.CreateAsync(kind, imageCount: 5);
        PlannedRun run = await planted.PlanAsync(sampleSize: 5);
        ShardLease lease = (await planted.Ledger.ClaimAsync(run.RunId, "worker", Token))!;

        await Should.ThrowAsync<InvalidOperationException>(() => planted.Ledger.CompleteAsync(
            lease,
            async (context, token) =>
            {
                await NoticeAsync(context, lease, token);
                throw new InvalidOperationException("the disk is full");
            },
            Token));

        (await NoticesAsync(planted)).ShouldBeEmpty();
        (await planted.Ledger.IsDoneAsync(run.RunId, Token)).ShouldBeFalse();
        (await planted.Ledger.HeartbeatAsync(lease, Token)).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Heartbeat_InTime_KeepsTheShard(string kind)
    {
        await using PlantedProject planted = await PlantedProject.CreateAsync(kind, imageCount: 5);
        PlannedRun run = await planted.PlanAsync(sampleSize: 5);
        ShardLease lease = (await planted.Ledger.ClaimAsync(run.RunId, "slow", Token))!;

        for (int beat = 0; beat < 10; beat++)
        {
            planted.Clock.Advance(planted.Options.Heartbeat);
            (await planted.Ledger.HeartbeatAsync(lease, Token)).ShouldBeTrue();
            (await planted.Ledger.ClaimAsync(run.RunId, "greedy", Token)).ShouldBeNull();
        }
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Fail_AgainAndAgain_WaitsLongerAndThenHalvesDownToTheBadImage(string kind)
    {
        await using PlantedProject planted = await PlantedProject.CreateAsync(kind, imageCount: 8);
        PlannedRun run = await planted.PlanAsync(sampleSize: 8);
        const int badOrdinal = 5;
        List<(int First, int Count, int Attempts)> failed = [];
        List<int> done = [];

        while (!await planted.Ledger.IsDoneAsync(run.RunId, Token) && failed.Count < 50)
        {
            if (await planted.Ledger.ClaimAsync(run.RunId, "worker", Token) is not { } lease)
            {
                planted.Clock.Advance(TimeSpan.FromSeconds(1));
                continue;
            }

            bool isBad = badOrdinal >= lease.FirstOrdinal && badOrdinal < lease.FirstOrdinal + lease.ImageCount;
            if (isBad && !(lease.ImageCount == 1 && lease.Attempts > planted.Options.AttemptsPerShard))
            {
                failed.Add((lease.FirstOrdinal, lease.ImageCount, lease.Attempts));
                await planted.Ledger.FailAsync(lease, "boom", Token);
            }
            else
            {
                done.AddRange(Enumerable.Range(lease.FirstOrdinal, lease.ImageCount));
                (await planted.Ledger.CompleteAsync(lease, (_, _) => Task.CompletedTask, Token)).ShouldBeTrue();
            }
        }

        done.Order().ShouldBe(Enumerable.Range(0, 8));
        failed.ShouldBe([(0, 8, 1), (0, 8, 2), (0, 8, 3), (4, 4, 3), (4, 2, 3), (5, 1, 3)]);
        (await planted.RowsAsync<Run>()).ShouldHaveSingleItem().ShardCount.ShouldBe(4);
        (await planted.RowsAsync<RunShard>()).Select(shard => shard.Number).Order().ShouldBe([0, 1, 2, 3]);
    }

    private static async Task NoticeAsync(MonitoringDbContext context, ShardLease lease, CancellationToken cancellationToken)
    {
        context.LiveNotices.Add(new LiveNotice { Kind = "test", SubjectId = lease.Number });
        await context.SaveChangesAsync(cancellationToken);
    }

    private static async Task<List<long?>> NoticesAsync(PlantedProject planted) =>
        [.. (await planted.RowsAsync<LiveNotice>()).Where(notice => notice.Kind == "test").Select(notice => notice.SubjectId)];
}
