using System.CommandLine;
using VisionMonitor.Hosting;

namespace VisionMonitor.Commands;

/// <summary>
/// The options that every command knows. One that is given wins over the environment (VISIONMONITOR__DATA, …), which
/// wins over appsettings.json.
/// </summary>
internal static class CommonOptions
{
    public static Option<string?> Data { get; } = new("--data")
    {
        Description = "Folder for images, models and the embedded database. [default: visionmonitor-data]",
        HelpName = "DIR",
    };

    public static Option<string?> Urls { get; } = new("--urls")
    {
        Description = "Addresses to listen on, separated by semicolons. [default: http://127.0.0.1:5080]",
        HelpName = "URLS",
    };

    public static Option<string?> Connection { get; } = new("--connection")
    {
        Description = "PostgreSQL connection string; without it an SQLite file in the data folder is used.",
        HelpName = "STRING",
    };

    /// <summary>The settings that the command line gave, as configuration keys.</summary>
    public static Dictionary<string, string?> Given(ParseResult parsed)
    {
        Dictionary<string, string?> given = [];
        Add(nameof(DoorOptions.Data), Data);
        Add(nameof(DoorOptions.Urls), Urls);
        Add(nameof(DoorOptions.Connection), Connection);
        return given;

        void Add(string key, Option<string?> option)
        {
            if (parsed.GetResult(option) is not null && parsed.GetValue(option) is { } value)
            {
                given[$"{DoorOptions.Section}:{key}"] = value;
            }
        }
    }

    /// <summary>A command with the common options.</summary>
    public static Command AddTo(Command command, bool listens)
    {
        command.Options.Add(Data);
        command.Options.Add(Connection);
        if (listens)
        {
            command.Options.Add(Urls);
        }

        return command;
    }
}
