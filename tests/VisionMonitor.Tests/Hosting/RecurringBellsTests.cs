using Hangfire;
using Hangfire.InMemory;
using Hangfire.Logging;
using Hangfire.Storage;
using VisionMonitor.Monitoring.Jobs;

namespace VisionMonitor.Tests.Hosting;

public sealed class RecurringBellsTests
{
    [Fact]
    public void Schedule_Always_RingsTheseBells()
    {
        // Hangfire logs through one provider per process: the last door's, whose logger factory may be gone by now.
        LogProvider.SetCurrentLogProvider(null);
        using InMemoryStorage storage = new();

        MonitoringJobs.Schedule(new RecurringJobManager(storage));

        using IStorageConnection connection = storage.GetConnection();
        connection.GetRecurringJobs().Select(job => (job.Id, job.Job.Type.Name, job.Job.Queue)).Order().ShouldBe(
        [
            ("deliver-notices", nameof(DeliverNoticesJob), "alerts"),
            ("exchange-labels", nameof(ExchangeLabelsJob), "runs"),
            ("scan-watched-folders", nameof(ScanWatchedFoldersJob), "maintenance"),
            ("sweep-files", nameof(SweepFilesJob), "maintenance"),
            ("sweep-runs", nameof(SweepRunsJob), "maintenance"),
            ("tick-schedules", nameof(TickSchedulesJob), "maintenance"),
        ]);
    }
}
