using System.Text.Json;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>
/// labelme: a JSON file per image with polygons, rectangles, circles and painted masks in pixels. Points and lines have no area; they are left out and
/// reported. Shapes of one label and group are one object, as labelme's own exporter has it.
/// </summary>
public sealed class LabelmeJson : ILabelFormat
{
    /// <inheritdoc/>
    public string Id => "labelme";

    /// <inheritdoc/>
    public IReadOnlyList<VisionTask> Tasks { get; } = [VisionTask.Detection, VisionTask.InstanceSegmentation];

    /// <inheritdoc/>
    public string? FileName => null;

    /// <inheritdoc/>
    public LabelFeatures Holds => LabelFeatures.Sizes | LabelFeatures.Overlaps | LabelFeatures.Parts | LabelFeatures.Masks;

    /// <inheritdoc/>
    public bool Recognizes(string path) => Files(path).FirstOrDefault() is { } first && (JsonStart.Has(first, "shapes", "imagePath") || JsonStart.Has(first, "shapes", "shape_type"));

    /// <inheritdoc/>
    public LabelRead Read(string path, LabelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ReadReportBuilder report = new();
        List<(LabelledImage Image, List<(string Name, TruthInstance Object)> Objects)> rows = [.. Files(path).Select(file => ReadFile(file, options, report))];
        if (rows.Count == 0)
        {
            throw new LabelFormatException(Path.GetFileName(path), null, "file_not_found", "there is no JSON file of labelme");
        }

        NamedBoxes named = new(options.Classes ?? [.. rows.SelectMany(row => row.Objects).Select(one => one.Name).Distinct().Order(StringComparer.Ordinal)], report);
        LabelledImage[] images = [.. rows.Select(row => row.Image with { Truth = named.Truth(row.Image.FileName, row.Objects) })];
        return DrawnObjects.Read(named, images, options, report);
    }

    /// <inheritdoc/>
    public void Write(LabelSet set, string path)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (!Tasks.Contains(set.Task))
        {
            throw new NotSupportedException($"labelme holds boxes and shapes, not {set.Task}.");
        }

        Directory.CreateDirectory(path);
        Dictionary<LabelledImage, string> stems = WrittenNames.Unique(set.Images);
        foreach (LabelledImage image in set.Images)
        {
            string name = ImageNames.Checked(image.FileName, "images");
            using FileStream stream = File.Create(Path.Combine(path, stems[image] + ".json"));
            using Utf8JsonWriter json = new(stream, new() { Indented = true });
            json.WriteStartObject();
            json.WriteString("version", "5.0.0");
            json.WriteStartObject("flags");
            json.WriteEndObject();
            json.WriteStartArray("shapes");
            foreach ((TruthInstance drawn, int index) in DrawnObjects.Of(image.Truth).Select((drawn, index) => (drawn, index)))
            {
                WriteShapes(json, set.Classes[drawn.Box.ClassIndex], drawn, index);
            }

            json.WriteEndArray();
            json.WriteString("imagePath", name);
            json.WriteNull("imageData");
            json.WriteNumber("imageHeight", image.Height ?? 0);
            json.WriteNumber("imageWidth", image.Width ?? 0);
            json.WriteEndObject();
        }
    }

    private static (LabelledImage Image, List<(string Name, TruthInstance Object)> Objects) ReadFile(string file, LabelOptions options, ReadReportBuilder report)
    {
        using JsonDocument document = JsonLabels.Open(file, options);
        JsonElement root = document.RootElement;
        string name = Path.GetFileName(file);
        try
        {
            JsonElement shapes = JsonFields.Required(root, "shapes", JsonValueKind.Array);

            // labelme writes the way from the JSON file to the image, with the slashes of the machine.
            string image = ImageNames.Checked(JsonFields.Text(root, "imagePath").Replace('\\', '/').TrimStart('.', '/'), name);
            LabelledImage labelled = new(image, JsonFields.Side(root, "imageWidth"), JsonFields.Side(root, "imageHeight"), new DetectionTruth([]));
            JsonFields.WarnOfSize(root, "imageWidth", "imageHeight", name, report);
            List<GroupedShape> objects = [];
            int number = 0;
            foreach (JsonElement shape in shapes.EnumerateArray())
            {
                number++;
                try
                {
                    string label = JsonFields.Text(shape, "label");
                    if (label == "__ignore__")
                    {
                        throw new RowException("ignored_label", "it is labelled to be ignored");
                    }

                    (string kind, TruthInstance drawn) = Draw(shape, labelled, options);
                    BoxRules.Checked(drawn.Box.Box, labelled.Width, labelled.Height);
                    string? group = shape.TryGetProperty("group_id", out JsonElement given) && given.ValueKind == JsonValueKind.Number ? given.GetRawText() : null;
                    objects.Add(new(label, group, kind == "rectangle", drawn));
                }
                catch (RowException reason)
                {
                    report.Drop($"{name}, shape {number}", reason.Code, reason.Message);
                }
            }

            return (labelled, Grouped.Join(objects));
        }
        catch (RowException reason)
        {
            throw new LabelFormatException(name, null, reason.Code, reason.Message);
        }
    }

    private static (string Kind, TruthInstance Object) Draw(JsonElement shape, LabelledImage image, LabelOptions options)
    {
        string kind = shape.TryGetProperty("shape_type", out JsonElement type) && type.ValueKind == JsonValueKind.String ? type.GetString()! : "polygon";
        JsonElement points = JsonFields.Required(shape, "points", JsonValueKind.Array);
        double[] corners = [.. points.EnumerateArray().SelectMany(Corner)];
        switch (kind, corners.Length)
        {
            case ("polygon", >= 6):
                return (kind, DrawnObjects.OfPolygon(0, corners));
            case ("rectangle", 4):
                return (kind, new(new TruthBox(0, Polygon.Bounds(corners))));
            case ("circle", 4):
                double radius = double.Hypot(corners[2] - corners[0], corners[3] - corners[1]);
                return (kind, new(new TruthBox(0, new BoundingBox(corners[0] - radius, corners[1] - radius, 2 * radius, 2 * radius), Math.PI * radius * radius)));
            case ("mask", 4):
                return (kind, Mask(shape, corners, image, options));
            case ("polygon" or "rectangle" or "circle" or "mask", _):
                throw new RowException("invalid_polygon", $"a {kind} of {corners.Length / 2} points");
            default:
                throw new RowException("unsupported_shape", $"a {kind} has no box");
        }
    }

    /// <summary>A PNG of the mask's own rectangle, whose two corners are pixels that belong to it.</summary>
    private static TruthInstance Mask(JsonElement shape, double[] corners, LabelledImage image, LabelOptions options)
    {
        RawPng picture;
        try
        {
            picture = RawPng.Read(JsonFields.Required(shape, "mask", JsonValueKind.String).GetBytesFromBase64(), options.MaxMaskPixels);
        }
        catch (Exception damage) when (damage is FormatException or ImageFormatException)
        {
            throw new RowException("invalid_mask", $"its mask is no PNG: {damage.Message}");
        }

        (int left, int top) = ((int)Math.Min(corners[0], corners[2]), (int)Math.Min(corners[1], corners[3]));
        if (picture.Width != (int)Math.Abs(corners[2] - corners[0]) + 1 || picture.Height != (int)Math.Abs(corners[3] - corners[1]) + 1)
        {
            throw new RowException("mask_size_mismatch", $"a mask of {picture.Width} × {picture.Height} pixels in a rectangle of another size");
        }

        if (image is not { Width: { } width, Height: { } height } || (long)width * height > options.MaxMaskPixels)
        {
            throw new RowException("missing_field", "a mask needs the size of its image");
        }

        byte[] pixels = new byte[width * height];
        for (int at = 0; at < picture.Values.Length; at++)
        {
            (int x, int y) = (left + at % picture.Width, top + at / picture.Width);
            if (picture.Values[at] != 0 && x >= 0 && x < width && y >= 0 && y < height)
            {
                pixels[y * width + x] = 1;
            }
        }

        RunLengthMask mask = RunLengthMask.FromPixels(height, width, pixels);
        return mask.Area > 0 ? new(new TruthBox(0, mask.Bounds, mask.Area)) { Mask = mask } : throw new RowException("invalid_box", "the mask is empty");
    }

    private static double[] Corner(JsonElement point) => point.ValueKind == JsonValueKind.Array && point.GetArrayLength() == 2
        ? [JsonFields.Number(point[0], "points"), JsonFields.Number(point[1], "points")]
        : throw new RowException("wrong_type", "a point is not two numbers");

    private static void WriteShapes(Utf8JsonWriter json, string label, TruthInstance drawn, int group)
    {
        BoundingBox box = drawn.Mask?.Bounds ?? drawn.Box.Box;
        (string kind, IEnumerable<IReadOnlyList<double>> outlines) = drawn.Polygons.Count > 0
            ? ("polygon", drawn.Polygons)
            : drawn.Mask is null
                ? ("rectangle", (IEnumerable<IReadOnlyList<double>>)[[box.X, box.Y, box.Right, box.Bottom]])
                : ("mask", [[box.X, box.Y, box.Right - 1, box.Bottom - 1]]);
        foreach (IReadOnlyList<double> outline in outlines)
        {
            json.WriteStartObject();
            json.WriteString("label", label);
            json.WriteStartArray("points");
            for (int at = 0; at + 1 < outline.Count; at += 2)
            {
                json.WriteStartArray();
                json.WriteNumberValue(outline[at]);
                json.WriteNumberValue(outline[at + 1]);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            if (drawn.Polygons.Count > 1)
            {
                json.WriteNumber("group_id", group);
            }
            else
            {
                json.WriteNull("group_id");
            }

            json.WriteString("shape_type", kind);
            if (drawn.Mask is { } mask && kind == "mask")
            {
                json.WriteBase64String("mask", Picture(mask).Write(isColour: false));
            }

            json.WriteStartObject("flags");
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    private static RawPng Picture(RunLengthMask mask)
    {
        BoundingBox box = mask.Bounds;
        byte[] pixels = mask.ToPixels();
        (int left, int top, int width, int height) = ((int)box.X, (int)box.Y, (int)box.Width, (int)box.Height);
        return new(width, height, [.. Enumerable.Range(0, width * height).Select(at => pixels[(top + at / width) * mask.Width + left + at % width] == 0 ? 0 : 1)]);
    }

    private static IEnumerable<string> Files(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*.json").Order(StringComparer.Ordinal)
        : File.Exists(path) && Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase) ? [path] : [];
}
