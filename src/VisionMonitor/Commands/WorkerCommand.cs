using System.CommandLine;
using VisionMonitor.Hosting;

namespace VisionMonitor.Commands;

/// <summary>Schedules and jobs only; any number of these share one PostgreSQL database and one data folder.</summary>
internal static class WorkerCommand
{
    public static Command Create()
    {
        Command command = CommonOptions.AddTo(new Command("worker", "Run schedules and jobs until stopped. Any number of workers may share one PostgreSQL database."), listens: false);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using IHost worker = Door.BuildWorker(CommonOptions.Given(parsed));
            await worker.RunAsync(cancellationToken);
            return 0;
        });
        return command;
    }
}
