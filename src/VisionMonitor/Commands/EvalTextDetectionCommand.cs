using System.CommandLine;
using System.Text.Json;
using VisionMonitor.Hosting;
using VisionMonitor.Metrics.Text;

namespace VisionMonitor.Commands;

/// <summary>Text detection as ICDAR 2015 and PaddleOCR count it.</summary>
internal static class EvalTextDetectionCommand
{
    public static Command Create()
    {
        Option<FileInfo> pairs = EvalOptions.File("--pairs", "JSON: a list of images, or {\"images\": […]}, each with truth (points, ignore, text) and predicted (points or {points, text}); also gt and det.");
        Option<double> iou = new("--iou-threshold") { Description = "A match needs a larger IoU.", DefaultValueFactory = _ => 0.5, HelpName = "T" };
        EvalPrint print = new();
        Command command = new("text-detection", "Precision, recall and harmonic mean of text polygons.");
        command.Options.Add(pairs);
        command.Options.Add(iou);
        print.AddTo(command);
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(pairs).FullName;
            return EvalFiles.Read(path, _ =>
            {
                List<Pair> images = Images(EvalFiles.Json(path));
                var evaluation = new TextDetectionEvaluation(parsed.GetValue(iou));
                TextDetectionEvidence[] evidence = print.Compare(parsed, images.Count, i => evaluation.Compare(images[i].Truth, images[i].Predicted));
                return print.Print(parsed, evidence.Length, weights => Numbers(evaluation.Summarize(evidence, weights.Span)), numbers =>
                {
                    for (int i = 0; i < evidence.Length; i++)
                    {
                        string which = $"perImage[{i}].";
                        numbers.Fact(which + "name", images[i].Name);
                        numbers.Fact(which + "precision", evidence[i].Precision);
                        numbers.Fact(which + "recall", evidence[i].Recall);
                        numbers.Fact(which + "hmean", evidence[i].HarmonicMean);
                        numbers.Fact(which + "matched", evidence[i].Pairs.Count);
                    }
                });
            });
        });
        return command;
    }

    private static List<Pair> Images(JsonElement root)
    {
        var images = new List<Pair>();
        JsonElement list = root.ValueKind == JsonValueKind.Array ? root : EvalFiles.Field(root, "images", "the file");
        foreach (JsonElement image in EvalFiles.List(list, "\"images\""))
        {
            string what = $"image {images.Count}";
            string name = image.ValueKind == JsonValueKind.Object && image.TryGetProperty("name", out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : $"{images.Count}";
            images.Add(new Pair(name, Regions(image, what, "truth", "gt"), Regions(image, what, "predicted", "det")));
        }

        return images;
    }

    private static TextRegion[] Regions(JsonElement image, string what, string name, string otherName)
    {
        JsonElement list = image.ValueKind == JsonValueKind.Object && image.TryGetProperty(otherName, out JsonElement other) ? other : EvalFiles.Field(image, name, what);
        return [.. EvalFiles.List(list, $"\"{name}\" of {what}").Select((region, i) => Region(region, $"region {i} of \"{name}\" of {what}"))];
    }

    private static TextRegion Region(JsonElement region, string what)
    {
        JsonElement points = region.ValueKind == JsonValueKind.Array ? region : EvalFiles.Field(region, "points", what);
        var numbers = new List<double>();
        foreach (JsonElement point in EvalFiles.List(points, $"the points of {what}"))
        {
            JsonElement[] both = point.ValueKind == JsonValueKind.Array ? [.. point.EnumerateArray()] : [];
            if (both.Length != 2 || both.Any(v => v.ValueKind != JsonValueKind.Number))
            {
                throw new InvalidDataException($"a point of {what} is no pair of numbers");
            }

            numbers.AddRange(both.Select(v => v.GetDouble()));
        }

        if (numbers.Count < 6 || numbers.Exists(v => !double.IsFinite(v)))
        {
            throw new InvalidDataException($"{what} has {numbers.Count / 2} points; at least 3 with finite coordinates are needed");
        }

        bool isIgnored = region.ValueKind == JsonValueKind.Object && region.TryGetProperty("ignore", out JsonElement ignore) && ignore.ValueKind == JsonValueKind.True;
        string? text = region.ValueKind == JsonValueKind.Object && region.TryGetProperty("text", out JsonElement written) && written.ValueKind == JsonValueKind.String ? written.GetString() : null;
        return new TextRegion(numbers, isIgnored, text);
    }

    private static EvalNumbers Numbers(TextDetectionReport report)
    {
        EvalNumbers numbers = new();
        numbers.Fact("images", report.ImageCount);
        numbers.Statistic("precision", report.Precision);
        numbers.Statistic("recall", report.Recall);
        numbers.Statistic("hmean", report.HarmonicMean);
        if (report.Read is not null)
        {
            numbers.Statistic("endToEndHmean", report.EndToEndHarmonicMean);
        }

        numbers.Fact("matched", report.Matched);
        numbers.Fact("truths", report.Truths);
        numbers.Fact("predictions", report.Predictions);
        return numbers;
    }

    private sealed record Pair(string Name, IReadOnlyList<TextRegion> Truth, IReadOnlyList<TextRegion> Predicted);
}
