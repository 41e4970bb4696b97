using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using VisionMonitor.Hosting;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Detection.Coco;

namespace VisionMonitor.Commands;

/// <summary>COCO's average precision and recall from two files, equal to pycocotools.</summary>
internal static class EvalDetectionCommand
{
    public static Command Create()
    {
        Option<FileInfo> truth = EvalOptions.File("--truth", "COCO truth: images, annotations, categories.");
        Option<FileInfo> predicted = EvalOptions.File("--predicted", "COCO results: a list of image_id, category_id, score and bbox, segmentation or keypoints.");
        Option<string> iouType = new("--iou-type") { Description = "bbox, segm or keypoints.", DefaultValueFactory = _ => "bbox" };
        iouType.AcceptOnlyFromAmong("bbox", "segm", "keypoints");
        Option<double[]?> thresholds = EvalOptions.Numbers("--iou-thresholds", "Thresholds of a match. [default: 0.5,0.55,…,0.95]");
        Option<double[]?> recalls = EvalOptions.Numbers("--recall-thresholds", "Recall points of the average precision. [default: 0,0.01,…,1]");
        Option<double[]?> limits = EvalOptions.Numbers("--max-detections", "How many predictions per image and class count. [default: 1,10,100; keypoints: 20]");
        Option<AreaRange[]?> areas = new("--area-ranges")
        {
            Description = "Sizes as name:lower:upper in square pixels, with commas between. [default: all:0:1e10,small:0:1024,medium:1024:9216,large:9216:1e10]",
            HelpName = "NAME:LOW:HIGH,…",
            AllowMultipleArgumentsPerToken = true,
            CustomParser = ParseAreas,
        };
        Option<bool> agnostic = new("--class-agnostic") { Description = "Let a prediction match an object of any class." };
        Option<CocoMode> mode = new("--mode") { Description = "strict: bit for bit as pycocotools 2.0.11. corrected: without its four defects (id 0, doubled ids, the field ignore, keypoints without classes).", DefaultValueFactory = _ => CocoMode.Strict };
        Option<double?> boundary = new("--boundary") { Description = "For segm: the overlap is the lesser of IoU and boundary IoU of this width, a share of the diagonal; the paper's is 0.02.", HelpName = "RATIO" };
        Option<double[]?> sigmas = EvalOptions.Numbers("--keypoint-sigmas", "For keypoints: the deviation of each, relative to the object's size. [default: COCO's 17]");
        Option<string[]?> images = Ids("--images", "Only these images, by id. [default: all]");
        Option<string[]?> categories = Ids("--categories", "Only these categories, by id. [default: all]");
        DetectionSections sections = new();
        Option<int> threads = EvalOptions.AtLeast(1, new Option<int>("--threads") { Description = "Threads; the result does not depend on it.", DefaultValueFactory = _ => 1, HelpName = "N" });
        Option<EvalFormat> format = EvalOptions.Format();
        Option<int> bootstrap = EvalOptions.Bootstrap();
        Option<ulong> seed = EvalOptions.Seed();
        Command command = new("detection", "Average precision and recall of boxes, masks or keypoints in COCO files.");
        foreach (Option option in new Option[] { truth, predicted, iouType, thresholds, recalls, areas, limits, agnostic, mode, boundary, sigmas, images, categories, threads, format, bootstrap, seed })
        {
            command.Options.Add(option);
        }

        sections.AddTo(command);

        command.SetAction(parsed =>
        {
            CocoTask task = parsed.GetRequiredValue(iouType) switch { "segm" => CocoTask.Masks, "keypoints" => CocoTask.Keypoints, _ => CocoTask.Boxes };
            CocoOptions options = CocoOptions.For(task);
            DetectionOptions detection = options.Detection;
            options = options with
            {
                Mode = parsed.GetValue(mode),
                KeypointSigmas = parsed.GetValue(sigmas) is { Length: > 0 } s ? s : options.KeypointSigmas,
                BoundaryRatio = parsed.GetValue(boundary),
                Parallelism = parsed.GetValue(threads),
                Detection = detection with
                {
                    OverlapThresholds = parsed.GetValue(thresholds) is { Length: > 0 } t ? t : detection.OverlapThresholds,
                    RecallThresholds = parsed.GetValue(recalls) is { Length: > 0 } r ? r : detection.RecallThresholds,
                    MaxDetections = parsed.GetValue(limits) is { Length: > 0 } l ? [.. l.Select(WholeLimit)] : detection.MaxDetections,
                    AreaRanges = parsed.GetValue(areas) is { Length: > 0 } a ? a : detection.AreaRanges,
                    IsClassAgnostic = parsed.GetValue(agnostic),
                    KeepsPairs = sections.NeedsPairs(parsed),
                },
            };
            if (options.BoundaryRatio is not null && task != CocoTask.Masks || options.BoundaryRatio <= 0)
            {
                throw new StartException("--boundary is a share above 0 and needs --iou-type segm.");
            }

            if (options.Detection.IsClassAgnostic && sections.NeedsPairs(parsed))
            {
                throw new StartException("--errors and --confusion tell classes apart: leave --class-agnostic away.");
            }

            try
            {
                CocoDataset dataset = CocoDataset.Load(parsed.GetRequiredValue(truth).FullName, task);
                options = options with
                {
                    ImageIds = Chosen("--images", "image", parsed.GetValue(images), () => [.. dataset.Images.Select(image => image.Id)], dataset),
                    CategoryIds = Chosen("--categories", "category", parsed.GetValue(categories), () => [.. dataset.Categories.Select(category => category.Id)], dataset),
                };
                CocoResults results = CocoResults.Load(parsed.GetRequiredValue(predicted).FullName, dataset);
                foreach (string warning in dataset.Warnings.Concat(results.Warnings))
                {
                    Console.Error.WriteLine($"visionmonitor: warning: {warning}");
                }

                CocoEvaluation evaluation = CocoEvaluation.Run(dataset, results, options);
                var outcome = DetectionOutcome.Measure(evaluation, options, parsed.GetValue(bootstrap), parsed.GetValue(seed));
                outcome.Print(parsed.GetValue(format), Console.OpenStandardOutput(), sections.Measure(parsed, dataset, results, options, evaluation, parsed.GetValue(bootstrap), parsed.GetValue(seed)));
                return 0;
            }
            catch (Exception error) when (error is CocoFormatException or ArgumentException)
            {
                throw new StartException(error.Message);
            }
        });
        return command;
    }

    private static Option<string[]?> Ids(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "ID,ID,…",
        AllowMultipleArgumentsPerToken = true,
        CustomParser = result => [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))],
    };

    /// <summary>Ids as the file has them: a number where it has that number, else a text.</summary>
    private static List<CocoId>? Chosen(string option, string what, string[]? words, Func<HashSet<CocoId>> read, CocoDataset dataset)
    {
        if (words is not { Length: > 0 })
        {
            return null;
        }

        List<CocoId> chosen = [];
        HashSet<CocoId> known = read();
        foreach (string word in words)
        {
            CocoId id = long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) && known.Contains(new CocoId(number)) ? new CocoId(number) : new CocoId(0, word);
            chosen.Add(known.Contains(id) ? id : throw new StartException($"{option}: {dataset.File} has no {what} {word}"));
        }

        return chosen;
    }

    private static int WholeLimit(double limit) => limit is >= 0 and <= 1_000_000 && limit == Math.Floor(limit)
        ? (int)limit
        : throw new StartException($"--max-detections: {limit.ToString(CultureInfo.InvariantCulture)} is not a whole number from 0 to 1000000.");

    private static AreaRange[]? ParseAreas(ArgumentResult result)
    {
        var ranges = new List<AreaRange>();
        foreach (string part in result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            if (part.Split(':') is not [{ Length: > 0 } name, string low, string high]
                || !double.TryParse(low, NumberStyles.Float, CultureInfo.InvariantCulture, out double lower)
                || !double.TryParse(high, NumberStyles.Float, CultureInfo.InvariantCulture, out double upper)
                || !(lower <= upper))
            {
                result.AddError($"--area-ranges: '{part}' is not name:lower:upper, as small:0:1024.");
                return null;
            }

            ranges.Add(new AreaRange(name, lower, upper));
        }

        return [.. ranges];
    }
}
