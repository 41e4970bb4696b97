using System.Buffers;
using System.CommandLine;
using System.Text.Json;
using VisionMonitor.Hosting;
using VisionMonitor.Metrics.Detection.Coco;
using VisionMonitor.Metrics.Panoptic;
using VisionMonitor.Metrics.Segmentation;

namespace VisionMonitor.Commands;

/// <summary>Panoptic quality from COCO panoptic files, equal to panopticapi.</summary>
internal static class EvalPanopticCommand
{
    public static Command Create()
    {
        Option<FileInfo> truth = EvalOptions.File("--truth", "COCO panoptic truth: images, annotations with segments_info, categories.");
        Option<DirectoryInfo> truthImages = new("--truth-images") { Description = "Folder of the truth's PNG maps.", HelpName = "DIR", Required = true };
        Option<FileInfo> predicted = EvalOptions.File("--predicted", "COCO panoptic predictions: annotations with segments_info.");
        Option<DirectoryInfo> predictedImages = new("--predicted-images") { Description = "Folder of the predicted PNG maps.", HelpName = "DIR", Required = true };
        Option<bool> recount = new("--recount") { Description = "Count the truth's pixels instead of believing the areas in its JSON, as panopticapi does." };
        Option<double?> boundary = new("--boundary") { Description = "Boundary PQ with this width as a share of the diagonal; the paper's is 0.02.", HelpName = "RATIO" };
        EvalPrint print = new();
        Command command = new("panoptic", "PQ, SQ and RQ of COCO panoptic files: all, things, stuff and per category.");
        foreach (Option option in (Option[])[truth, truthImages, predicted, predictedImages, recount, boundary])
        {
            command.Options.Add(option);
        }

        print.AddTo(command);
        command.SetAction(parsed =>
        {
            FileInfo truthFile = parsed.GetRequiredValue(truth), predictedFile = parsed.GetRequiredValue(predicted);
            string truthFolder = parsed.GetRequiredValue(truthImages).FullName, predictedFolder = parsed.GetRequiredValue(predictedImages).FullName;
            JsonElement root = EvalFiles.Json(truthFile.FullName);
            PanopticEvaluation evaluation = EvalFiles.Read(truthFile.FullName, _ => new PanopticEvaluation(Categories(root), new PanopticOptions { RecountTruthAreas = parsed.GetValue(recount), BoundaryRatio = parsed.GetValue(boundary) }));
            List<Annotation> truths = EvalFiles.Read(truthFile.FullName, _ => Annotations(root));
            Dictionary<long, Annotation> predictions = [];
            foreach (Annotation one in EvalFiles.Read(predictedFile.FullName, path => Annotations(EvalFiles.Json(path))))
            {
                if (!predictions.TryAdd(one.ImageId, one))
                {
                    throw new StartException($"{predictedFile.FullName}: the image with id {one.ImageId} is predicted twice; remove one");
                }
            }

            PanopticEvidence[] evidence = print.Compare(parsed, truths.Count, i =>
            {
                Annotation one = truths[i];
                if (!predictions.TryGetValue(one.ImageId, out Annotation? other))
                {
                    throw new StartException($"{predictedFile.FullName}: no prediction for the image with id {one.ImageId}");
                }

                return Compare(evaluation, truthFolder, one, predictedFolder, other);
            });
            PanopticReport all = evaluation.Summarize(evidence, []);
            if (all.AreaMismatchCount > 0 && !parsed.GetValue(recount))
            {
                Console.Error.WriteLine($"visionmonitor: warning: {truthFile.FullName}: {all.AreaMismatchCount} segments have another area in the JSON than in their map, which makes SQ wrong; --recount counts pixels.");
            }

            return print.Print(parsed, evidence.Length, weights => Numbers(evaluation.Summarize(evidence, weights.Span)));
        });
        return command;
    }

    private static PanopticEvidence Compare(PanopticEvaluation evaluation, string truthFolder, Annotation truth, string predictedFolder, Annotation predicted)
    {
        int[] truthIds = [], predictedIds = [];
        try
        {
            return evaluation.Compare(Map(truthFolder, truth, ref truthIds), Map(predictedFolder, predicted, ref predictedIds));
        }
        catch (Exception error) when (error is PanopticException or ArgumentException)
        {
            throw new StartException($"{Path.Combine(predictedFolder, predicted.FileName)}: image {truth.ImageId}: {error.Message}");
        }
        finally
        {
            ArrayPool<int>.Shared.Return(truthIds);
            ArrayPool<int>.Shared.Return(predictedIds);
        }
    }

    /// <summary>A map in rented memory, which the caller returns: a thousand maps of a megabyte are otherwise mostly work for the collector.</summary>
    private static PanopticImage Map(string folder, Annotation annotation, ref int[] ids)
    {
        string path = Path.Combine(folder, annotation.FileName);
        using PngLabels png = EvalFiles.Png(path);
        int[] rented = ids = ArrayPool<int>.Shared.Rent(png.Width * png.Height);
        Memory<int> whole = rented.AsMemory(0, png.Width * png.Height);
        return EvalFiles.Read(path, _ =>
        {
            png.CopyPanopticIds(whole.Span);
            return new PanopticImage(png.Width, png.Height, whole, annotation.Segments);
        });
    }

    private static PanopticCategory[] Categories(JsonElement root)
    {
        IReadOnlyList<JsonElement> categories = EvalFiles.List(EvalFiles.Field(root, "categories", "the file"), "\"categories\"");
        return [.. categories.Select((c, i) => new PanopticCategory(
            EvalFiles.Whole(EvalFiles.Field(c, "id", $"category {i}"), $"the id of category {i}"),
            c.TryGetProperty("name", out JsonElement name) && name.ValueKind == JsonValueKind.String ? name.GetString()! : "",
            EvalFiles.Whole(EvalFiles.Field(c, "isthing", $"category {i}"), $"\"isthing\" of category {i}") == 1))];
    }

    private static List<Annotation> Annotations(JsonElement root)
    {
        var annotations = new List<Annotation>();
        foreach (JsonElement one in EvalFiles.List(EvalFiles.Field(root, "annotations", "the file"), "\"annotations\""))
        {
            string what = $"annotation {annotations.Count}";
            var segments = new List<PanopticSegment>();
            foreach (JsonElement segment in EvalFiles.List(EvalFiles.Field(one, "segments_info", what), $"\"segments_info\" of {what}"))
            {
                string which = $"segment {segments.Count} of {what}";
                segments.Add(new PanopticSegment(
                    EvalFiles.Whole(EvalFiles.Field(segment, "id", which), $"the id of {which}"),
                    EvalFiles.Whole(EvalFiles.Field(segment, "category_id", which), $"the category_id of {which}"),
                    segment.TryGetProperty("iscrowd", out JsonElement crowd) && EvalFiles.Whole(crowd, $"\"iscrowd\" of {which}") == 1,
                    segment.TryGetProperty("area", out JsonElement area) && area.TryGetDouble(out double pixels) ? (long)pixels : 0));
            }

            JsonElement imageId = EvalFiles.Field(one, "image_id", what);
            annotations.Add(new Annotation(
                imageId.ValueKind == JsonValueKind.Number && imageId.TryGetInt64(out long id) ? id : throw new InvalidDataException($"the image_id of {what} is no whole number"),
                FileName(one, what),
                segments));
        }

        return annotations;
    }

    private static string FileName(JsonElement annotation, string what)
    {
        string name = EvalFiles.Text(EvalFiles.Field(annotation, "file_name", what), $"the file_name of {what}");
        return CocoFileName.IsUnsafe(name) ? throw new InvalidDataException($"{what}: {CocoFileName.Problem}") : name;
    }

    private static EvalNumbers Numbers(PanopticReport report)
    {
        EvalNumbers numbers = new();
        numbers.Fact("images", report.ImageCount);
        foreach ((string name, PanopticMean mean) in new[] { ("all", report.All), ("things", report.Things), ("stuff", report.Stuff) })
        {
            numbers.Statistic(name + ".pq", mean.PanopticQuality);
            numbers.Statistic(name + ".sq", mean.SegmentationQuality);
            numbers.Statistic(name + ".rq", mean.RecognitionQuality);
            numbers.Fact(name + ".n", mean.CategoryCount);
        }

        for (int i = 0; i < report.PerClass.Count; i++)
        {
            PanopticClassReport one = report.PerClass[i];
            string path = $"perClass[{i}].";
            numbers.Fact(path + "categoryId", one.Category.Id);
            numbers.Fact(path + "name", one.Category.Name);
            numbers.Statistic(path + "pq", one.PanopticQuality);
            numbers.Statistic(path + "sq", one.SegmentationQuality);
            numbers.Statistic(path + "rq", one.RecognitionQuality);
            numbers.Fact(path + "tp", one.TruePositives);
            numbers.Fact(path + "fp", one.FalsePositives);
            numbers.Fact(path + "fn", one.FalseNegatives);
            numbers.Fact(path + "iouSum", one.IouSum);
        }

        return numbers;
    }

    private sealed record Annotation(long ImageId, string FileName, IReadOnlyList<PanopticSegment> Segments);
}
