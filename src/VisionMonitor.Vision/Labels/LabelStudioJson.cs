using System.Text.Json;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>
/// Label Studio's JSON export: a list of tasks whose results are rectangles (also turned), polygons and brush masks in percent of the
/// image, one choice per image, or lines of text (a region and a transcription of one id). The first annotation that was not cancelled counts.
/// </summary>
public sealed class LabelStudioJson : ILabelFormat
{
    /// <inheritdoc/>
    public string Id => "label-studio";

    /// <inheritdoc/>
    public IReadOnlyList<VisionTask> Tasks { get; } = [VisionTask.Detection, VisionTask.InstanceSegmentation, VisionTask.Classification, VisionTask.Text];

    /// <inheritdoc/>
    public string? FileName => "tasks.json";

    /// <inheritdoc/>
    public LabelFeatures Holds => LabelFeatures.Sizes | LabelFeatures.Overlaps | LabelFeatures.Parts | LabelFeatures.Masks;

    /// <inheritdoc/>
    public bool Recognizes(string path) => JsonStart.Has(path, "annotations", "result") && !JsonStart.Has(path, "images");

    /// <inheritdoc/>
    public LabelRead Read(string path, LabelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string file = Path.GetFileName(path);
        using JsonDocument document = JsonLabels.Open(path, options);
        if (document.RootElement.ValueKind != JsonValueKind.Array)
        {
            throw new LabelFormatException(file, 1, "wrong_type", $"expected a list of tasks, found {document.RootElement.ValueKind}");
        }

        if (LabelStudioText.Is(document.RootElement))
        {
            return LabelStudioText.Read(document.RootElement, file, options);
        }

        ReadReportBuilder report = new();
        List<(LabelledImage Image, List<(string Name, TruthInstance? Object)> Rows)> tasks = [];
        int number = 0;
        foreach (JsonElement task in document.RootElement.EnumerateArray())
        {
            number++;
            try
            {
                tasks.Add(ReadTask(task, number, file, options, report));
            }
            catch (RowException reason)
            {
                report.Drop($"task {number}", reason.Code, reason.Message);
            }
        }

        string[] used = [.. tasks.SelectMany(task => task.Rows).Select(row => row.Name).Distinct().Order(StringComparer.Ordinal)];
        NamedBoxes named = new(options.Classes ?? used, report);
        bool areChoices = tasks.Any(task => task.Rows.Count > 0) && tasks.All(task => task.Rows.All(row => row.Object is null));
        if (areChoices)
        {
            LabelledImage[] chosen = [.. tasks.Select(task => Choice(task.Image, task.Rows, named.Classes, report)).OfType<LabelledImage>()];
            return new(new(VisionTask.Classification, named.Classes, chosen), report.Build(tasks.Count, chosen.Length, ImageNames.NotFound(chosen.Select(image => image.FileName), options.ImageFolder)));
        }

        LabelledImage[] images =
        [
            .. tasks.Select(task => task.Image with { Truth = named.Truth(task.Image.FileName, [.. task.Rows.Where(row => row.Object is not null).Select(row => (row.Name, row.Object!))]) }),
        ];
        return DrawnObjects.Read(named, images, options, report);
    }

    /// <inheritdoc/>
    public void Write(LabelSet set, string path)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (!Tasks.Contains(set.Task))
        {
            throw new NotSupportedException($"Label Studio is written for boxes, shapes and choices, not {set.Task}.");
        }

        WrittenNames.RequireSizes(set.Images.Where(HasPlaces), "Label Studio");
        using FileStream stream = File.Create(path);
        LabelStudioWriting.Write(stream, set);
    }

    private static bool HasPlaces(LabelledImage image) => image.Truth is TextTruth text ? text.Lines.Any(line => line.Corners.Count > 0) : DrawnObjects.Of(image.Truth).Count > 0;

    private static (LabelledImage Image, List<(string Name, TruthInstance? Object)> Rows) ReadTask(JsonElement task, int number, string file, LabelOptions options, ReadReportBuilder report)
    {
        LabelledImage labelled = ImageOf(task, file);
        List<(string, TruthInstance?)> rows = [];
        int place = 0;
        foreach (JsonElement result in Results(task))
        {
            place++;
            try
            {
                (int? width, int? height) = (JsonFields.Side(result, "original_width"), JsonFields.Side(result, "original_height"));
                labelled = labelled with { Width = width ?? labelled.Width, Height = height ?? labelled.Height };
                rows.Add(ReadResult(result, width, height, options));
            }
            catch (RowException reason)
            {
                report.Drop($"task {number}, result {place}", reason.Code, reason.Message);
            }
        }

        return (labelled, rows);
    }

    /// <summary>The image of a task, of which nothing is known but its name and perhaps its size.</summary>
    internal static LabelledImage ImageOf(JsonElement task, string file)
    {
        JsonElement data = JsonFields.Required(task, "data", JsonValueKind.Object);
        string address = data.TryGetProperty("image", out JsonElement image) && image.ValueKind == JsonValueKind.String
            ? image.GetString()!
            : data.EnumerateObject().Where(pair => pair.Value.ValueKind == JsonValueKind.String).Select(pair => pair.Value.GetString()!).FirstOrDefault(Images.ImageFiles.IsImage)
                ?? throw new RowException("missing_field", "its data name no image");
        return new(ImageNames.Checked(NameOf(address), file), JsonFields.Side(data, "width"), JsonFields.Side(data, "height"), new DetectionTruth([]));
    }

    /// <summary>The results of the first annotation that was not cancelled; none where there is no annotation.</summary>
    internal static JsonElement[] Results(JsonElement task)
    {
        JsonElement annotation = JsonFields.Required(task, "annotations", JsonValueKind.Array).EnumerateArray()
            .FirstOrDefault(one => one.ValueKind == JsonValueKind.Object && (!one.TryGetProperty("was_cancelled", out JsonElement cancelled) || cancelled.ValueKind != JsonValueKind.True));
        return annotation.ValueKind == JsonValueKind.Object ? [.. JsonFields.Required(annotation, "result", JsonValueKind.Array).EnumerateArray()] : [];
    }

    private static (string Name, TruthInstance? Object) ReadResult(JsonElement result, int? width, int? height, LabelOptions options)
    {
        string type = JsonFields.Text(result, "type");
        JsonElement value = JsonFields.Required(result, "value", JsonValueKind.Object);
        if (type is not ("choices" or "rectanglelabels" or "polygonlabels" or "brushlabels"))
        {
            throw new RowException("unsupported_shape", $"a result of type '{type}' is not read");
        }

        JsonElement names = JsonFields.Required(value, type, JsonValueKind.Array);
        string name = names.GetArrayLength() == 1 && names[0].ValueKind == JsonValueKind.String
            ? names[0].GetString()!
            : throw new RowException("not_one_class", $"it has {names.GetArrayLength()} classes, not one");
        if (type == "choices")
        {
            return (name, null);
        }

        if (width is not { } across || height is not { } down)
        {
            throw new RowException("missing_field", "original_width and original_height are missing");
        }

        TruthInstance drawn = type switch
        {
            "rectanglelabels" => Rectangle(value, across, down),
            "polygonlabels" => DrawnObjects.OfPolygon(0, Points(value, across, down)),
            _ => Brush(value, across, down, options),
        };
        BoxRules.Checked(drawn.Box.Box, across, down);
        return (name, drawn);
    }

    internal static TruthInstance Rectangle(JsonElement value, int width, int height)
    {
        BoundingBox box = new(Percent(value, "x", width), Percent(value, "y", height), Percent(value, "width", width), Percent(value, "height", height));
        double turn = value.TryGetProperty("rotation", out JsonElement rotation) ? JsonFields.Number(rotation, "rotation") : 0;
        if (turn == 0)
        {
            return new(new TruthBox(0, box));
        }

        // Label Studio turns a rectangle clockwise about its top left corner.
        double[] corners = DrawnObjects.Turned(box, turn, box.X, box.Y);
        return new(new TruthBox(0, Polygon.Bounds(corners), box.Area)) { Polygons = [corners] };
    }

    internal static double[] Points(JsonElement value, int width, int height)
    {
        double[] corners = [.. JsonFields.Required(value, "points", JsonValueKind.Array).EnumerateArray().SelectMany(point => point.ValueKind == JsonValueKind.Array && point.GetArrayLength() == 2
            ? (double[])[JsonFields.Number(point[0], "points") * width / 100, JsonFields.Number(point[1], "points") * height / 100]
            : throw new RowException("wrong_type", "a point is not two numbers"))];
        return corners.Length >= 6 ? corners : throw new RowException("invalid_polygon", "a polygon needs at least three points");
    }

    private static TruthInstance Brush(JsonElement value, int width, int height, LabelOptions options)
    {
        if ((long)width * height > options.MaxMaskPixels)
        {
            throw new RowException("mask_too_large", $"a mask of {width} × {height} pixels; at most {options.MaxMaskPixels} are read");
        }

        byte[] bytes = [.. JsonFields.Required(value, "rle", JsonValueKind.Array).EnumerateArray().Select(one =>
            one.ValueKind == JsonValueKind.Number && one.TryGetByte(out byte number) ? number : throw new RowException("wrong_type", "rle holds something else than bytes"))];
        RunLengthMask mask = BrushRuns.Read(bytes, width, height);
        return mask.Area > 0
            ? new(new TruthBox(0, mask.Bounds, mask.Area)) { Mask = mask }
            : throw new RowException("invalid_box", "the mask is empty");
    }

    private static double Percent(JsonElement value, string name, int side) =>
        value.TryGetProperty(name, out JsonElement percent) ? JsonFields.Number(percent, name) * side / 100 : throw new RowException("missing_field", $"{name} is missing");

    private static LabelledImage? Choice(LabelledImage image, List<(string Name, TruthInstance? Object)> rows, IReadOnlyList<string> classes, ReadReportBuilder report)
    {
        int index = rows.Count == 1 ? classes.ToList().IndexOf(rows[0].Name) : -1;
        if (index < 0)
        {
            report.Drop(image.FileName, rows.Count == 1 ? "unknown_category" : "not_one_class", rows.Count == 1 ? $"there is no class '{rows[0].Name}'" : $"it has {rows.Count} choices, not one");
            return null;
        }

        return image with { Truth = new ClassificationTruth(index) };
    }

    /// <summary>The name behind an address: uploads get eight hexadecimal digits and a line before their own name.</summary>
    private static string NameOf(string address)
    {
        int local = address.IndexOf("?d=", StringComparison.Ordinal);
        if (local >= 0)
        {
            return Uri.UnescapeDataString(address[(local + 3)..]);
        }

        bool isAddress = address.StartsWith('/') || address.Contains("://", StringComparison.Ordinal);
        string name = isAddress ? Uri.UnescapeDataString(address.Split('?')[0].Split('/')[^1]) : address;
        bool isUpload = isAddress && name.Length > 9 && name[8] == '-' && name[..8].All(char.IsAsciiHexDigit);
        return isUpload ? name[9..] : name;
    }
}
