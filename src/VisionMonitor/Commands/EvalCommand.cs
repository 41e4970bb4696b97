using System.CommandLine;

namespace VisionMonitor.Commands;

/// <summary>The ruler on files: measures predictions against the truth without a server, a database or a model.</summary>
internal static class EvalCommand
{
    private static IEnumerable<Command> All() =>
    [
        EvalDetectionCommand.Create(),
        EvalSemanticCommand.Create(),
        EvalPanopticCommand.Create(),
        EvalClassificationCommand.Create(),
        EvalTextCommand.Create(),
        EvalTextDetectionCommand.Create(),
    ];

    public static Command Create()
    {
        Command command = new("eval", "Measure predictions in files against the truth; the numbers equal those of the field's reference tools.");
        foreach (Command measured in All())
        {
            command.Subcommands.Add(measured);
        }

        return command;
    }
}
