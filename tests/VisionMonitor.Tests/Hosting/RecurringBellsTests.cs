using Hangfire;
using Hangfire.InMemory;
using Hangfire.Storage;
using VisionMonitor.Monitoring.Jobs;

namespace VisionMonitor.Tests.Hosting;

public sealed class RecurringBellsTests
{
    [Fact]
    public void Schedule_Always_RingsTheseBells()
    {
        using InMemoryStorage storage = new();

        MonitoringJobs.Schedule(new RecurringJobManager(storage));

        using IStorageConnection connection = storage.GetConnection();
        connection.GetRecurringJobs().Select(job => (job.Id, job.Job.Type.Name, job.Job.Queue)).Order().ShouldBe(
        [
            ("deliver-notices", nameof(DeliverNoticesJob), "alerts"),
            ("scan-watched-folders", nameof(ScanWatchedFoldersJob), "maintenance"),
            ("sweep-runs", nameof(SweepRunsJob), "maintenance"),
            ("tick-schedules", nameof(TickSchedulesJob), "maintenance"),
        ]);
    }
}
