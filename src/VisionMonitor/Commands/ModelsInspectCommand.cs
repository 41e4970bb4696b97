using System.CommandLine;
using VisionMonitor.Hosting;
using VisionMonitor.Panels;
using VisionMonitor.Vision.Families;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Commands;

/// <summary>
/// Looks at a model file in a process of its own: exit code 0 when it may be used, 2 with a stable code and a sentence when not. The
/// hidden command beside it is that process.
/// </summary>
internal static class ModelsInspectCommand
{
    internal const string ChildName = "inspect-child";

    public static Command Create()
    {
        Command command = new("models", "Look at model files.");
        command.Subcommands.Add(CreateInspect());
        command.Subcommands.Add(CreateChild());
        return command;
    }

    private static Command CreateInspect()
    {
        Argument<FileInfo> file = new("FILE") { Description = "The ONNX file." };
        Option<bool> asJson = new("--json") { Description = "Print the whole report as JSON." };
        Option<FileInfo?> contract = new("--write-contract") { Description = "Write the guessed contract to this file, to be corrected by hand.", HelpName = "FILE" };
        Option<DirectoryInfo?> images = new("--images") { Description = "Say what it answers under that contract for the first three images of this folder.", HelpName = "DIR" };
        Option<string[]> parts = PartOptions.Create();
        Option<FileInfo?> classes = new("--classes") { Description = "Class names, or the characters that a text model reads, one per line.", HelpName = "FILE" };
        Command command = new("inspect", "Open a model in a disposable process, guess its family and contract, and say what could not be known.") { file, asJson, contract, images, parts, classes };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ModelAdmission admission = ThisProgram.Admission();
            string model = parsed.GetRequiredValue(file).FullName;
            AdmissionReport report;
            try
            {
                report = await admission.InspectAsync(model, PartOptions.Read(parsed.GetValue(parts)), null, cancellationToken);
            }
            catch (ModelContractException refusal)
            {
                await Console.Error.WriteLineAsync($"visionmonitor: {refusal.Message}");
                return 2;
            }

            if (report.Guess is { } open && parsed.GetValue(classes) is { } names)
            {
                report = report with { Guess = open with { Contract = open.Contract with { Classes = File.ReadAllLines(names.FullName) } } };
            }

            Console.WriteLine(parsed.GetValue(asJson) ? report.ToJson() : Describe(report));
            if (report.Guess?.Contract is { } guessed && parsed.GetValue(images) is { } folder)
            {
                DryRunReport dryRun = await admission.DryRunAsync(model, guessed, [.. ImageFiles.Below(folder.FullName).Take(3)], cancellationToken);
                Console.WriteLine(Describe(dryRun, folder.FullName, guessed.Classes));
                if (dryRun.Code is not null)
                {
                    return 2;
                }
            }

            if (report.Guess is { } guess && parsed.GetValue(contract) is { } target)
            {
                (PartOptions.Beside(guess.Contract, model) with { Sha256 = report.Sha256, Runtime = report.Runtime }).Write(target.FullName);
            }

            return report.IsAccepted ? 0 : 2;
        });
        return command;
    }

    private static Command CreateChild()
    {
        Argument<string> file = new("FILE");
        Argument<string[]> dryRun = new("CONTRACT-AND-IMAGES") { Arity = ArgumentArity.ZeroOrMore };
        Command command = new(ChildName) { file, dryRun };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellationToken) => parsed.GetValue(dryRun) is [var contract, .. var pictures]
            ? await ModelAdmission.RunChildAsync(parsed.GetRequiredValue(file), contract, pictures, Console.Out, cancellationToken)
            : ModelAdmission.RunChild(parsed.GetRequiredValue(file), Console.Out));
        return command;
    }

    private static string Describe(DryRunReport report, string folder, IReadOnlyList<string> classes) => report.Code is { } code
        ? $"dry run refused: {code}\n{report.Sentence}"
        : string.Join('\n', report.Pictures.Select(picture => $"{Path.GetRelativePath(folder, picture.Path)}: {picture.Sentence ?? PredictionText.Of(picture.ReadPrediction()!, classes)}"));

    private static string Describe(AdmissionReport report)
    {
        if (!report.IsAccepted)
        {
            return $"refused: {report.Code}\n{report.Sentence}";
        }

        string times = report.LoadMilliseconds is { } load ? $", loaded in {load:0} ms, first run {report.RunMilliseconds:0} ms" : "";
        List<string> lines = [$"accepted ({report.Runtime}{times})", $"sha256: {report.Sha256}"];
        lines.AddRange(report.Warnings.Select(code => $"warning: {code}"));
        lines.AddRange(report.Signature!.Inputs.Select(input => $"input: {input}"));
        lines.AddRange(report.Signature.Outputs.Select(output => $"output: {output}"));
        if (report.Guess is { } guess)
        {
            lines.Add("contract (a guess, to be corrected):");
            lines.Add(guess.Contract.ToJson());
            lines.AddRange(guess.Assumptions.Select(sentence => $"not known: {sentence}"));
        }
        else
        {
            lines.Add(Composition.RoleOf(report.Signature) is { } role
                ? $"not a model by itself: inspect the network that the image goes into, with --part {role}=THIS-FILE"
                : "not known: the family. Write a contract by hand.");
        }

        return string.Join('\n', lines);
    }
}
