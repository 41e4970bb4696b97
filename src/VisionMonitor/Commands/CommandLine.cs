using System.CommandLine;
using VisionMonitor.Hosting;

namespace VisionMonitor.Commands;

/// <summary>The executable's commands, in the order in which help shows them.</summary>
internal static class CommandLine
{
    private static IEnumerable<Command> All() =>
    [
        DemoCommand.Create(),
        ServeCommand.Create(),
        WorkerCommand.Create(),
        MigrateCommand.Create(),
        EvalCommand.Create(),
        DriftCommand.Create(),
        EstimateCommand.Create(),
        CertifyCommand.Create(),
        ModelsInspectCommand.Create(),
        PredictCommand.Create(),
        HeadCommand.Create(),
        LabelsCommand.Create(),
    ];

    /// <summary>Runs the command that the arguments name and returns the exit code: 0 done, 1 refused or failed, 2 not understood.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        RootCommand root = new("VisionMonitor watches vision models in production: it rescores sampled images, measures quality and drift, and tells people.");
        foreach (Command command in All())
        {
            root.Subcommands.Add(command);
        }

        ParseResult parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync($"visionmonitor: {(parsed.Errors.FirstOrDefault(error => error.Message.Contains('\'', StringComparison.Ordinal)) ?? parsed.Errors[0]).Message} See --help.");
            return 2;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
        catch (Exception error) when (StartFailure.Explain(error) is { } line)
        {
            await Console.Error.WriteLineAsync($"visionmonitor: {line}");
            return 1;
        }
    }
}
