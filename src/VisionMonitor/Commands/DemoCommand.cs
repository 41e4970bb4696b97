using System.CommandLine;
using VisionMonitor.Hosting;

namespace VisionMonitor.Commands;

/// <summary>Everything on this machine with nothing to set up: the toy world's camera, its models, and a month of history.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        Command command = CommonOptions.AddTo(new Command("demo", "Serve a live demo: nothing to install, nothing to sign up for. Prints one address to open."), listens: true);
        command.Subcommands.Add(DemoExportCommand.Create());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Dictionary<string, string?> settings = CommonOptions.Given(parsed);
            settings[$"{DoorOptions.Section}:{nameof(DoorOptions.Demo)}"] = "true";
            await using WebApplication door = Door.Build(settings);
            await door.RunAsync(cancellationToken);
            return 0;
        });
        return command;
    }
}
