using System.CommandLine;
using System.Diagnostics;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Labels;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Commands;

/// <summary>Scores a folder of images with one model and writes the predictions to a file.</summary>
internal static class PredictCommand
{
    private static readonly Option<FileInfo> _model = new("--model") { Description = "The ONNX file.", HelpName = "FILE", Required = true };
    private static readonly Option<FileInfo?> _contract = new("--contract") { Description = "Its contract. [default: the JSON beside it, or else a guess]", HelpName = "FILE" };
    private static readonly Option<DirectoryInfo> _images = new("--images") { Description = "Folder of images; folders in it are read too.", HelpName = "DIR", Required = true };
    private static readonly Option<FileInfo> _output = new("--output") { Description = "COCO results for boxes and masks, one JSON object per line for the rest.", HelpName = "FILE", Required = true };
    private static readonly Option<double?> _threshold = new("--threshold") { Description = "Lowest confidence that is written, 0 to 1. [default: the contract's]", HelpName = "T" };
    private static readonly Option<FileInfo?> _annotations = new("--annotations") { Description = "COCO file whose ids of images and categories are used.", HelpName = "FILE" };
    private static readonly Option<int> _threads = new("--threads") { Description = "Threads of one inference.", HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount };

    public static Command Create()
    {
        Command command = new("predict", "Score a folder of images with a model.") { _model, _contract, _images, _output, _threshold, _annotations, _threads };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        FileInfo model = parsed.GetRequiredValue(_model);
        string folder = parsed.GetRequiredValue(_images).FullName;
        try
        {
            ModelContract contract = await ContractAsync(model, parsed.GetValue(_contract), cancellationToken);
            if (parsed.GetValue(_threshold) is { } threshold)
            {
                contract = contract with { Thresholds = contract.Thresholds with { Confidence = Math.Clamp(threshold, 0, 1) } };
            }

            string[] files = ImageFiles.Below(folder);
            CocoIds ids = CocoIds.Create(parsed.GetValue(_annotations)?.FullName, contract.Classes);
            using ModelSession session = new(model.FullName, contract, new() { Threads = parsed.GetValue(_threads) });
            return await ScoreAsync(session, folder, files, parsed.GetRequiredValue(_output).FullName, ids, cancellationToken);
        }
        catch (Exception refusal) when (refusal is ModelContractException or LabelFormatException or DirectoryNotFoundException)
        {
            await Console.Error.WriteLineAsync($"visionmonitor: {refusal.Message}");
            return 2;
        }
    }

    private static async Task<int> ScoreAsync(ModelSession session, string folder, string[] files, string output, CocoIds ids, CancellationToken cancellationToken)
    {
        string partial = output + ".partial";
        int scored = 0;
        long started = Stopwatch.GetTimestamp();
        ProgressLine progress = new(files.Length);
        using (PredictionWriter writer = new(File.Create(partial), session.Contract, ids.OfImage, ids.OfClass))
        {
            await foreach (ScoredFile file in new ScoringPipeline(session).RunAsync(files, cancellationToken))
            {
                string name = Path.GetRelativePath(folder, file.Path).Replace('\\', '/');
                if (file.Scored is { } answer)
                {
                    writer.Write(name, answer.Prediction);
                    scored++;
                }
                else
                {
                    progress.Complain($"{name}: {file.Code}: {file.Sentence}");
                }

                progress.Advance();
            }
        }

        File.Move(partial, output, overwrite: true);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await Console.Error.WriteLineAsync($"{scored} of {files.Length} images scored in {seconds:0.0} s ({scored / seconds:0.0} per second).");
        return scored == 0 ? 1 : 0;
    }

    private static async Task<ModelContract> ContractAsync(FileInfo model, FileInfo? given, CancellationToken cancellationToken)
    {
        string beside = Path.ChangeExtension(model.FullName, ".json");
        if (given is not null || File.Exists(beside))
        {
            return ModelContract.Read(given?.FullName ?? beside);
        }

        AdmissionReport report = await ModelsInspectCommand.Admission.InspectAsync(model.FullName, cancellationToken);
        if (report.Guess is not { } guess)
        {
            throw new ModelContractException(model.Name, report.Sentence ?? "its family was not recognised: write a contract");
        }

        await Console.Error.WriteLineAsync($"No contract was given; guessed family {guess.Contract.Family}.");
        foreach (string assumption in guess.Assumptions)
        {
            await Console.Error.WriteLineAsync($"  {assumption}");
        }

        return guess.Contract;
    }
}
