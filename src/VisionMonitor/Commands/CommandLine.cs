using System.CommandLine;
using VisionMonitor.Hosting;

namespace VisionMonitor.Commands;

/// <summary>The executable's commands, in the order in which help shows them.</summary>
internal static class CommandLine
{
    public static IReadOnlyList<NamedCommand> All { get; } =
    [
        new("demo", _ => DemoCommand.Create()),
        new("serve", _ => ServeCommand.Create()),
        new("worker", _ => WorkerCommand.Create()),
        new("migrate", _ => MigrateCommand.Create()),
        new("eval", EvalCommand.Create),
        new("drift", _ => DriftCommand.Create()),
        new("estimate", _ => EstimateCommand.Create()),
        new("certify", _ => CertifyCommand.Create()),
        new("models", _ => ModelsInspectCommand.Create()),
        new("predict", _ => PredictCommand.Create()),
        new("head", _ => HeadCommand.Create()),
        new("labels", _ => LabelsCommand.Create()),
    ];

    /// <summary>
    /// The commands to parse with. Building one costs time, so the others are left out where the first word names one; any other word, help
    /// among them, is met by all.
    /// </summary>
    public static void AddTo(Command parent, IReadOnlyList<NamedCommand> all, ReadOnlySpan<string> words)
    {
        bool isNamed = false;
        foreach (NamedCommand one in all)
        {
            isNamed |= words.Length > 0 && one.Name == words[0];
        }

        foreach (NamedCommand one in all)
        {
            if (!isNamed || one.Name == words[0])
            {
                parent.Subcommands.Add(one.Create(isNamed ? words[1..].ToArray() : []));
            }
        }
    }

    /// <summary>Runs the command that the arguments name and returns the exit code: 0 done, 1 refused or failed, 2 not understood.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        RootCommand root = new("VisionMonitor watches vision models in production: it rescores sampled images, measures quality and drift, and tells people.");
        AddTo(root, All, args);
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

/// <summary>A command that is built only where it may be needed.</summary>
/// <param name="Name">The word that calls it.</param>
/// <param name="Create">Builds it; given are the words behind its name.</param>
internal sealed record NamedCommand(string Name, Func<string[], Command> Create);
