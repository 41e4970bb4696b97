using System.CommandLine;
using VisionMonitor.Hosting;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Labels;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Commands;

/// <summary>Scores a folder of images with one model and writes the predictions to a file.</summary>
internal static class PredictCommand
{
    private static readonly Option<FileInfo> _model = new("--model") { Description = "The ONNX file, or the contract of a model that is no network (tesseract).", HelpName = "FILE", Required = true };
    private static readonly Option<FileInfo?> _contract = new("--contract") { Description = "Its contract. [default: the JSON beside it, or else a guess]", HelpName = "FILE" };
    private static readonly Option<DirectoryInfo> _images = new("--images") { Description = "Folder of images; folders in it are read too.", HelpName = "DIR", Required = true };
    private static readonly Option<FileInfo> _output = new("--output") { Description = "COCO results for boxes and masks, one JSON object per line for the rest.", HelpName = "FILE", Required = true };
    private static readonly Option<double?> _threshold = new("--threshold") { Description = "Lowest confidence that is written, 0 to 1. [default: the contract's]", HelpName = "T" };
    private static readonly Option<FileInfo?> _annotations = new("--annotations") { Description = "COCO file whose ids of images and categories are used.", HelpName = "FILE" };
    private static readonly Option<FileInfo?> _classes = new("--classes") { Description = "Class names, or the characters that a text model reads, one per line.", HelpName = "FILE" };
    private static readonly Option<string[]> _parts = PartOptions.Create();
    private static readonly Option<int> _threads = new("--threads") { Description = "Threads of one inference.", HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount };

    public static Command Create()
    {
        Command command = new("predict", "Score a folder of images with a model.") { _model, _contract, _images, _output, _threshold, _annotations, _classes, _parts, _threads };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        FileInfo model = parsed.GetRequiredValue(_model);
        string folder = parsed.GetRequiredValue(_images).FullName;
        try
        {
            string[]? classes = parsed.GetValue(_classes) is { } names ? File.ReadAllLines(names.FullName) : null;
            ModelContract contract = await ContractAsync(model, parsed.GetValue(_contract), classes, PartOptions.Read(parsed.GetValue(_parts)), cancellationToken);
            if (parsed.GetValue(_threshold) is { } threshold)
            {
                contract = contract with { Thresholds = contract.Thresholds with { Confidence = Math.Clamp(threshold, 0, 1) } };
            }

            string[] files = ImageFiles.Below(folder);
            CocoIds ids = CocoIds.Create(parsed.GetValue(_annotations)?.FullName, contract.Classes);
            Vision.Models.SessionOptions options = new() { Threads = parsed.GetValue(_threads) };
            using ModelSession session = ModelSession.Open(model.FullName, contract, options);
            using PredictionFile output = new(parsed.GetRequiredValue(_output).FullName, folder, contract, ids, files.Length);
            await output.AddAsync(new ScoringPipeline(session).RunAsync(files, cancellationToken));
            await Console.Error.WriteLineAsync(output.Complete());
            if (ids.Unknown.Count > 0)
            {
                await Console.Error.WriteLineAsync($"warning: {ids.Unknown.Count} of {files.Length} images are not in {parsed.GetValue(_annotations)!.Name} (such as {ids.Unknown.First()}); their ids are made up");
            }

            foreach (string suspicion in output.Suspicions())
            {
                await Console.Error.WriteLineAsync($"warning: {suspicion}");
            }

            return output.ScoredCount == 0 ? 1 : 0;
        }
        catch (ModelContractException refusal)
        {
            await Console.Error.WriteLineAsync($"visionmonitor: {refusal.Code}: {refusal.Message}");
            return 2;
        }
        catch (Exception refusal) when (refusal is LabelFormatException or DirectoryNotFoundException)
        {
            await Console.Error.WriteLineAsync($"visionmonitor: {refusal.Message}");
            return 2;
        }
    }

    /// <summary>The contract that is given, or lies beside the model, or else a guess whose assumptions are told.</summary>
    internal static async Task<ModelContract> ContractAsync(FileInfo model, FileInfo? given, string[]? classes, IReadOnlyDictionary<string, string> parts, CancellationToken cancellationToken)
    {
        string beside = Path.ChangeExtension(model.FullName, ".json");
        ModelContract? known = given is not null || File.Exists(beside) ? ModelContract.Read(given?.FullName ?? beside) : null;
        if (known is not null && parts.Count == 0)
        {
            return classes is null ? known : known with { Classes = classes };
        }

        AdmissionReport report = await ThisProgram.Admission().InspectAsync(model.FullName, parts, known, cancellationToken);
        if (report.Guess is not { } guess)
        {
            throw new ModelContractException(model.Name, report.Sentence?.TrimEnd('.') ?? "its family was not recognised: write a contract");
        }

        await Console.Error.WriteLineAsync(known is null ? $"{model.Name} has no contract beside it; guessed family {guess.Contract.Family}." : $"{model.Name} and its parts make the family {guess.Contract.Family}.");
        foreach (string assumption in guess.Assumptions.Where(assumption => classes is null || !assumption.StartsWith("The file has no", StringComparison.Ordinal)))
        {
            await Console.Error.WriteLineAsync($"  {assumption}");
        }

        return classes is null ? guess.Contract : guess.Contract with { Classes = classes };
    }
}
