using System.Text.Json;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>
/// labelme: a JSON file per image with polygons, rectangles and circles in pixels. Points and lines have no area; they are left out and
/// reported. What belongs together by its group is read as objects of their own.
/// </summary>
public sealed class LabelmeJson : ILabelFormat
{
    /// <inheritdoc/>
    public string Id => "labelme";

    /// <inheritdoc/>
    public IReadOnlyList<VisionTask> Tasks { get; } = [VisionTask.Detection, VisionTask.InstanceSegmentation];

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
        foreach (LabelledImage image in set.Images)
        {
            string name = ImageNames.Checked(image.FileName, "images");
            using FileStream stream = File.Create(Path.Combine(path, Path.ChangeExtension(name.Replace('/', '_'), ".json")));
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
            List<(string, TruthInstance)> objects = [];
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

                    TruthInstance drawn = Draw(shape);
                    BoxRules.Checked(drawn.Box.Box, labelled.Width, labelled.Height);
                    objects.Add((label, drawn));
                }
                catch (RowException reason)
                {
                    report.Drop($"{name}, shape {number}", reason.Code, reason.Message);
                }
            }

            return (labelled, objects);
        }
        catch (RowException reason)
        {
            throw new LabelFormatException(name, null, reason.Code, reason.Message);
        }
    }

    private static TruthInstance Draw(JsonElement shape)
    {
        string kind = shape.TryGetProperty("shape_type", out JsonElement type) && type.ValueKind == JsonValueKind.String ? type.GetString()! : "polygon";
        JsonElement points = JsonFields.Required(shape, "points", JsonValueKind.Array);
        double[] corners = [.. points.EnumerateArray().SelectMany(Corner)];
        switch (kind, corners.Length)
        {
            case ("polygon", >= 6):
                return DrawnObjects.OfPolygon(0, corners);
            case ("rectangle", 4):
                return new(new TruthBox(0, Polygon.Bounds(corners)));
            case ("circle", 4):
                double radius = double.Hypot(corners[2] - corners[0], corners[3] - corners[1]);
                return new(new TruthBox(0, new BoundingBox(corners[0] - radius, corners[1] - radius, 2 * radius, 2 * radius), Math.PI * radius * radius));
            case ("polygon" or "rectangle" or "circle", _):
                throw new RowException("invalid_polygon", $"a {kind} of {corners.Length / 2} points");
            default:
                throw new RowException("unsupported_shape", $"a {kind} has no box");
        }
    }

    private static double[] Corner(JsonElement point) => point.ValueKind == JsonValueKind.Array && point.GetArrayLength() == 2
        ? [JsonFields.Number(point[0], "points"), JsonFields.Number(point[1], "points")]
        : throw new RowException("wrong_type", "a point is not two numbers");

    private static void WriteShapes(Utf8JsonWriter json, string label, TruthInstance drawn, int group)
    {
        BoundingBox box = drawn.Box.Box;
        (string kind, IEnumerable<IReadOnlyList<double>> outlines) = drawn.Polygons.Count > 0
            ? ("polygon", drawn.Polygons)
            : ("rectangle", (IEnumerable<IReadOnlyList<double>>)[[box.X, box.Y, box.Right, box.Bottom]]);
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
            json.WriteStartObject("flags");
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    private static IEnumerable<string> Files(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*.json").Order(StringComparer.Ordinal)
        : File.Exists(path) && Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase) ? [path] : [];
}
