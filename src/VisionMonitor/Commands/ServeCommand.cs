using System.CommandLine;
using VisionMonitor.Hosting;

namespace VisionMonitor.Commands;

/// <summary>Web pages, API, schedules and worker in one process.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        Option<bool> noWorker = new("--no-worker") { Description = "Serve the pages and the API only; leave schedules and jobs to `worker` processes (needs PostgreSQL)." };
        Command command = CommonOptions.AddTo(new Command("serve", "Serve pages and API, and run schedules and jobs, until stopped."), listens: true);
        command.Options.Add(noWorker);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Dictionary<string, string?> settings = CommonOptions.Given(parsed);
            if (parsed.GetValue(noWorker))
            {
                settings[$"{DoorOptions.Section}:{nameof(DoorOptions.Worker)}"] = "false";
            }

            await using WebApplication door = Door.Build(settings);
            await door.RunAsync(cancellationToken);
            return 0;
        });
        return command;
    }
}
