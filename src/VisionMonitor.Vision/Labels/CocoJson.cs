using System.Text.Json;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>COCO instances: one JSON file with images, categories and boxes. Class indices follow the ascending category ids.</summary>
public sealed class CocoJson : ILabelFormat
{
    private const int MaxNameLength = 256;

    /// <inheritdoc/>
    public string Id => "coco";

    /// <inheritdoc/>
    public bool Recognizes(string path) => File.Exists(path) && Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public LabelRead Read(string path, LabelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        using JsonDocument document = JsonLabels.Open(path, options);
        return Read(document.RootElement, Path.GetFileName(path), options);
    }

    /// <summary>Reads labels that are not in a file, such as the body of a request.</summary>
    /// <exception cref="LabelFormatException">The whole is refused.</exception>
    public static LabelRead Parse(ReadOnlyMemory<byte> json, string name, LabelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        using JsonDocument document = JsonLabels.Parse(json, name);
        return Read(document.RootElement, name, options);
    }

    /// <inheritdoc/>
    public void Write(LabelSet set, string path)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (set.Task != VisionTask.Detection)
        {
            throw new NotSupportedException($"COCO instances hold detection, not {set.Task}.");
        }

        using FileStream stream = File.Create(path);
        using Utf8JsonWriter json = new(stream);
        CocoWriting.Write(json, set);
    }

    private static LabelRead Read(JsonElement root, string file, LabelOptions options)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new LabelFormatException(file, 1, "wrong_type", $"expected an object with images, annotations and categories, found {root.ValueKind}");
        }

        ReadReportBuilder report = new();
        SortedDictionary<long, string> categories = Categories(root, file, report);
        Dictionary<long, int> classIndex = categories.Keys.Select((id, index) => (id, index)).ToDictionary(pair => pair.id, pair => pair.index);
        (List<LabelledImage> images, Dictionary<long, int> ordinal) = Images(root, file);
        List<TruthBox>[] boxes = [.. images.Select(_ => new List<TruthBox>())];
        HashSet<long> seen = [];
        int kept = 0;
        int number = 0;
        foreach (JsonElement row in Rows(root, "annotations", file))
        {
            number++;
            try
            {
                long id = JsonFields.Id(row, "id");
                if (!seen.Add(id))
                {
                    throw new RowException("duplicate_id", $"annotation {id} occurs before");
                }

                (int image, TruthBox box) = Annotation(row, images, ordinal, classIndex, options);
                boxes[image].Add(box);
                kept++;
            }
            catch (RowException reason)
            {
                report.Drop($"annotation {number}", reason.Code, reason.Message);
            }
        }

        LabelledImage[] labelled = [.. images.Select((image, index) => image with { Truth = new DetectionTruth(boxes[index]) })];
        List<string> notFound = ImageNames.NotFound(images.Select(image => image.FileName), options.ImageFolder);
        return new(new(VisionTask.Detection, [.. categories.Values], labelled), report.Build(labelled.Length, kept, notFound));
    }

    private static (int Image, TruthBox Box) Annotation(
        JsonElement row,
        List<LabelledImage> images,
        Dictionary<long, int> ordinal,
        Dictionary<long, int> classIndex,
        LabelOptions options)
    {
        long imageId = JsonFields.Id(row, "image_id");
        if (!ordinal.TryGetValue(imageId, out int image))
        {
            throw new RowException("unknown_image", $"there is no image {imageId}");
        }

        long categoryId = JsonFields.Id(row, "category_id");
        if (!classIndex.TryGetValue(categoryId, out int index))
        {
            throw new RowException("unknown_category", $"there is no category {categoryId}");
        }

        JsonElement numbers = JsonFields.Required(row, "bbox", JsonValueKind.Array);
        if (numbers.GetArrayLength() != 4)
        {
            throw new RowException("invalid_box", $"bbox has {numbers.GetArrayLength()} numbers, not 4");
        }

        double[] sides = [.. numbers.EnumerateArray().Select(value => JsonFields.Number(value, "bbox"))];
        BoundingBox box = BoxRules.Checked(new(sides[0], sides[1], sides[2], sides[3]), images[image].Width, images[image].Height);
        if (row.TryGetProperty("segmentation", out JsonElement segmentation))
        {
            CocoSegmentation.Check(segmentation, options);
        }

        double area = row.TryGetProperty("area", out JsonElement value) ? JsonFields.Number(value, "area") : box.Width * box.Height;
        bool isCrowd = row.TryGetProperty("iscrowd", out JsonElement crowd) && crowd.ValueKind is JsonValueKind.True
            || (crowd.ValueKind == JsonValueKind.Number && crowd.GetDouble() != 0);
        return (image, area >= 0 ? new(index, box, area, isCrowd) : throw new RowException("invalid_box", "area is negative"));
    }

    private static SortedDictionary<long, string> Categories(JsonElement root, string file, ReadReportBuilder report)
    {
        SortedDictionary<long, string> categories = [];
        foreach (JsonElement row in Rows(root, "categories", file))
        {
            string name;
            long id;
            try
            {
                (id, name) = (JsonFields.Id(row, "id"), JsonFields.Text(row, "name"));
            }
            catch (RowException reason)
            {
                throw new LabelFormatException(file, null, reason.Code, $"a category is not understood: {reason.Message}");
            }

            if (name.Length > MaxNameLength)
            {
                report.Warn($"category {id}", "category_name_truncated", $"its name of {name.Length} characters is cut to {MaxNameLength}");
                name = name[..MaxNameLength];
            }

            if (!categories.TryAdd(id, name))
            {
                throw new LabelFormatException(file, null, "duplicate_id", $"category {id} occurs twice");
            }
        }

        return categories;
    }

    private static (List<LabelledImage> Images, Dictionary<long, int> Ordinal) Images(JsonElement root, string file)
    {
        List<LabelledImage> images = [];
        Dictionary<long, int> ordinal = [];
        foreach (JsonElement row in Rows(root, "images", file))
        {
            string name;
            long id;
            try
            {
                (id, name) = (JsonFields.Id(row, "id"), JsonFields.Text(row, "file_name"));
            }
            catch (RowException reason)
            {
                throw new LabelFormatException(file, null, reason.Code, $"image {images.Count + 1} is not understood: {reason.Message}");
            }

            if (!ordinal.TryAdd(id, images.Count))
            {
                throw new LabelFormatException(file, null, "duplicate_id", $"image {id} occurs twice, so its annotations are ambiguous");
            }

            images.Add(new(ImageNames.Checked(name, file), JsonFields.Side(row, "width"), JsonFields.Side(row, "height"), new DetectionTruth([])));
        }

        return (images, ordinal);
    }

    private static JsonElement.ArrayEnumerator Rows(JsonElement root, string name, string file) =>
        root.TryGetProperty(name, out JsonElement rows) && rows.ValueKind == JsonValueKind.Array
            ? rows.EnumerateArray()
            : throw new LabelFormatException(file, null, "wrong_type", $"'{name}' is not a list");
}
