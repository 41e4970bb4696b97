using System.CommandLine;
using VisionMonitor.Hosting;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Explanation;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Images.Corruptions;
using VisionMonitor.Vision.Labels;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Commands;

/// <summary>Names what happened to a folder of images: the corruption that moves a baseline onto it, and what it costs the model.</summary>
internal static class DriftExplainCommand
{
    private const int MostImages = 400;

    public static Command Create()
    {
        Option<DirectoryInfo> baseline = new("--baseline") { Description = "Folder of images of the time when all was well.", HelpName = "DIR", Required = true };
        Option<DirectoryInfo> window = new("--window") { Description = "Folder of images to explain.", HelpName = "DIR", Required = true };
        Option<FileInfo> model = new("--model") { Description = "ONNX file with an embedding output, its contract beside it.", HelpName = "FILE", Required = true };
        Option<string?> labels = new("--labels") { Description = "Labels of the baseline in any format that labels convert reads: then the cost is measured.", HelpName = "PATH" };
        Option<ulong> seed = EvalOptions.Seed();
        Option<EvalFormat> format = EvalOptions.Format();
        Command command = new("explain", "Find the corruption (blur, noise, JPEG, light, colour, crop, …) that moves a baseline's embeddings onto a window's, and what it costs the model.") { baseline, window, model, labels, seed, format };
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () =>
            {
                FileInfo file = parsed.GetRequiredValue(model);
                ModelContract contract = ModelContract.Read(Path.ChangeExtension(file.FullName, ".json"));
                if (contract.EmbeddingOutput is null)
                {
                    throw new StartException($"no-embedding: the contract of {file.Name} names no embeddingOutput");
                }

                string[] usual = Files(parsed.GetRequiredValue(baseline)), seen = Files(parsed.GetRequiredValue(window));
                using ModelSession session = ModelSession.Open(file.FullName, contract);
                ReproductionSearch search = new(image => GroupedEmbedding.Of(image, session.Score(image, cancellationToken)), ImageCorruptions.All, parsed.GetValue(seed));
                (GroupedEmbeddings Seen, List<SeenAnswer> Said) shown = Answers(session, seen);
                Reproduction found = search.Search(Answers(session, usual).Seen, [.. usual.Select(path => (Func<DecodedImage?>)(() => Open(path)))], shown.Seen, null, cancellationToken);
                PredictedLoss? loss = found.Cause is not null && parsed.GetValue(labels) is { } path ? Loss(session, contract, usual, path, parsed.GetRequiredValue(baseline).FullName, found.Steps, shown.Said, parsed.GetValue(seed), cancellationToken) : null;
                Numbers(found, loss).Print(parsed.GetValue(format), Console.Out);
                return 0;
            },
            cancellationToken));
        return command;
    }

    // In the order of their names' hash, which is as good as at random and the same on every machine.
    private static string[] Files(DirectoryInfo folder)
    {
        string[] files = [.. ImageFiles.Below(folder.FullName).OrderBy(path => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Path.GetFileName(path)))), StringComparer.Ordinal).Take(MostImages)];
        return files.Length >= 8 ? files : throw new StartException($"too-few-images: {folder.FullName} has {files.Length} images; at least 8 are needed");
    }

    private static DecodedImage? Open(string path)
    {
        try
        {
            return ImageDecoder.Decode(File.ReadAllBytes(path), ImageLimits.Default);
        }
        catch (ImageFormatException)
        {
            return null;
        }
    }

    private static (GroupedEmbeddings Seen, List<SeenAnswer> Said) Answers(ModelSession session, string[] files)
    {
        List<SeenAnswer> said = [];
        GroupedEmbeddings seen = GroupedEmbeddings.Of(files.Select(path =>
        {
            using DecodedImage? image = Open(path);
            ScoredImage? scored = image is null ? null : session.Score(image);
            said.AddRange(scored is null ? [] : [SeenAnswer.Of(scored)]);
            return scored is null ? null : GroupedEmbedding.Of(image!, scored);
        }));
        return (seen, said);
    }

    private static PredictedLoss? Loss(ModelSession session, ModelContract contract, string[] files, string path, string folder, IReadOnlyList<CorruptionStep> steps, IReadOnlyList<SeenAnswer> window, ulong seed, CancellationToken cancellationToken)
    {
        ILabelFormat format = LabelFormats.Recognize(path) ?? throw new StartException($"unknown-format: {path} is in no format that is known");
        LabelRead read = format.Read(path, new LabelOptions { ImageFolder = folder, Classes = contract.Classes });
        Dictionary<string, LabelledImage> truths = read.Set.InClassesOf(contract.Classes, read.Report).Set.Images
            .GroupBy(image => Path.GetFileName(image.FileName)).ToDictionary(group => group.Key, group => group.First());
        LabelledTrial[] trials = [.. files.Where(file => truths.ContainsKey(Path.GetFileName(file))).Select(file => new LabelledTrial(() => Open(file), truths[Path.GetFileName(file)].Truth))];
        return TaskEvaluations.Find(contract.Task) is not { } evaluation || trials.Length == 0
            ? null
            : PredictedLoss.Of(evaluation, new TaskSetup(contract.Classes.Count, 0.25), trials, image => SeenAnswer.Of(session.Score(image, cancellationToken)), steps, window, 500, seed, cancellationToken);
    }

    private static EvalNumbers Numbers(Reproduction found, PredictedLoss? loss)
    {
        EvalNumbers numbers = new();
        numbers.Fact("cause", found.Cause?.Corruption ?? "none");
        if (found.Cause is { } cause)
        {
            numbers.Fact("strength", cause.Strength);
            numbers.Fact("description", ImageCorruptions.Find(cause.Corruption)!.Describe(cause.Strength));
            numbers.Fact("explained", cause.Explained);
            numbers.Fact("advice", ImageCorruptions.Find(cause.Corruption)!.Augmentation(cause.Strength));
        }

        foreach ((int number, CorruptionStep step) in found.Steps.Index())
        {
            numbers.Fact($"step.{number + 1}", step.Corruption);
            numbers.Fact($"step.{number + 1}.strength", step.Strength);
        }

        if (found.Steps.Count > 0)
        {
            numbers.Fact("steps.explained", found.StepsExplained);
        }

        numbers.Fact("shifted", found.IsShifted ? "yes" : "no");
        numbers.Fact("distance", found.Distance);
        numbers.Fact("mix.share", found.MixShare);
        numbers.Fact("baseline.tried", found.TrialCount);
        numbers.Fact("window.count", found.WindowCount);
        foreach (CorruptionFit fit in found.Fits)
        {
            numbers.Fact($"{fit.Corruption}.strength", fit.Strength);
            numbers.Fact($"{fit.Corruption}.explained", fit.Explained);
        }

        if (loss is not null)
        {
            numbers.Fact("loss.metric", loss.Metric);
            numbers.Fact("loss.clean", loss.Clean);
            numbers.Fact("loss.corrupted", loss.Corrupted);
            numbers.Fact("loss.change", loss.Change);
            numbers.Fact("loss.low", loss.Interval?.Low);
            numbers.Fact("loss.high", loss.Interval?.High);
            numbers.Fact("loss.images", loss.ImageCount);
        }

        return numbers;
    }
}
