using System.CommandLine;

namespace VisionMonitor.Commands;

/// <summary>The ruler on files: measures predictions against the truth without a server, a database or a model.</summary>
internal static class EvalCommand
{
    public static IReadOnlyList<NamedCommand> All { get; } =
    [
        new("detection", _ => EvalDetectionCommand.Create()),
        new("semantic", _ => EvalSemanticCommand.Create()),
        new("panoptic", _ => EvalPanopticCommand.Create()),
        new("classification", _ => EvalClassificationCommand.Create()),
        new("text", _ => EvalTextCommand.Create()),
        new("text-detection", _ => EvalTextDetectionCommand.Create()),
    ];

    public static Command Create(string[] words)
    {
        Command command = new("eval", "Measure predictions in files against the truth; the numbers equal those of the field's reference tools.");
        CommandLine.AddTo(command, All, words);
        return command;
    }
}
