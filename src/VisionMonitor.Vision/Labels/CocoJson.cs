using System.Text.Json;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>
/// COCO instances: one JSON file with images, categories and boxes, outlines, run-length masks and key points, or a folder of Roboflow's with
/// <c>_annotations.coco.json</c> in it or in its splits. Class indices follow the ascending category ids.
/// </summary>
public sealed class CocoJson : ILabelFormat
{
    private const int MaxNameLength = 256;
    private const int SecondOfItsName = -1;

    /// <inheritdoc/>
    public string Id => "coco";

    /// <inheritdoc/>
    public IReadOnlyList<VisionTask> Tasks { get; } = [VisionTask.Detection, VisionTask.InstanceSegmentation];

    /// <inheritdoc/>
    public string? FileName => "annotations.json";

    /// <inheritdoc/>
    public LabelFeatures Holds => LabelFeatures.Sizes | LabelFeatures.Mixed | LabelFeatures.Overlaps | LabelFeatures.Crowds | LabelFeatures.Parts | LabelFeatures.Masks | LabelFeatures.Joints;

    /// <inheritdoc/>
    public bool Recognizes(string path) => Directory.Exists(path)
        ? RoboflowFiles(path).Length > 0
        : File.Exists(path) && Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public LabelRead Read(string path, LabelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (Directory.Exists(path))
        {
            return ReadSplits(path, options);
        }

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
        if (!Tasks.Contains(set.Task))
        {
            throw new NotSupportedException($"COCO instances hold boxes and shapes, not {set.Task}.");
        }

        using FileStream stream = File.Create(path);
        using Utf8JsonWriter json = new(stream);
        CocoWriting.Write(json, set);
    }

    /// <summary>Labels as the text of a COCO file.</summary>
    public static string ToText(LabelSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            CocoWriting.Write(json, set);
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
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
        (List<LabelledImage> images, Dictionary<long, int> ordinal) = Images(root, file, report);
        List<TruthInstance>[] objects = [.. images.Select(_ => new List<TruthInstance>())];
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

                (int image, TruthInstance drawn) = Annotation(row, images, ordinal, classIndex, options);
                objects[image].Add(drawn);
                kept++;
            }
            catch (RowException reason)
            {
                report.Drop($"annotation {number}", reason.Code, reason.Message);
            }
        }

        LabelledImage[] labelled = [.. images.Select((image, index) => image with { Truth = new InstanceTruth(objects[index]) })];
        List<string> notFound = ImageNames.NotFound(images.Select(image => image.FileName), options.ImageFolder);
        LabelSet set = DrawnObjects.Settle([.. categories.Values], labelled, options);
        return new(WithoutPlaceholder(set, root, categories), report.Build(labelled.Length, kept, notFound));
    }

    /// <summary>Roboflow's category 0 names the project; it has no supercategory, stands above all others and is never used.</summary>
    private static LabelSet WithoutPlaceholder(LabelSet set, JsonElement root, SortedDictionary<long, string> categories)
    {
        string[] above = [.. Rows(root, "categories", "").Select(row => row.TryGetProperty("supercategory", out JsonElement name) && name.ValueKind == JsonValueKind.String ? name.GetString()! : "")];
        bool isPlaceholder = categories.TryGetValue(0, out string? first)
            && above.Length > 1
            && above.Count(name => name == "none") == 1
            && above.Count(name => name == first) == above.Length - 1
            && set.Images.All(image => DrawnObjects.Of(image.Truth).All(one => one.Box.ClassIndex != 0));
        return isPlaceholder ? set.InClassesOf([.. set.Classes.Skip(1)], new()).Set : set;
    }

    private static string[] RoboflowFiles(string folder) =>
    [
        .. new[] { folder }.Concat(Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)).Select(split => Path.Combine(split, "_annotations.coco.json")).Where(File.Exists),
    ];

    /// <summary>Every split in one set; ids count within a split only, so sets are joined by names.</summary>
    private LabelRead ReadSplits(string folder, LabelOptions options)
    {
        string[] files = RoboflowFiles(folder);
        if (files.Length == 0)
        {
            throw new LabelFormatException(Path.GetFileName(folder), null, "file_not_found", "there is no _annotations.coco.json");
        }

        LabelRead[] reads = [.. files.Select(file => Read(file, options with { ImageFolder = options.ImageFolder ?? Path.GetDirectoryName(file) }))];
        string[] classes = [.. reads.SelectMany(read => read.Set.Classes).Distinct()];
        VisionTask task = reads.Any(read => read.Set.Task == VisionTask.InstanceSegmentation) ? VisionTask.InstanceSegmentation : VisionTask.Detection;
        List<LabelledImage> images = [];
        ReadReport report = new();
        foreach (LabelRead read in reads)
        {
            LabelSet set = read.Set.InClassesOf(classes, new()).Set;
            images.AddRange(task == set.Task ? set.Images : set.Images.Select(image => image with { Truth = new InstanceTruth(DrawnObjects.Of(image.Truth)) }));
            report = report.Joined(read.Report);
        }

        return new(new(task, classes, images), report);
    }

    private static (int Image, TruthInstance Object) Annotation(
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

        if (image == SecondOfItsName)
        {
            throw new RowException("duplicate_image", $"image {imageId} has the name of an earlier one");
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
        TruthInstance drawn = new(new TruthBox(index, box));
        if (row.TryGetProperty("segmentation", out JsonElement segmentation))
        {
            CocoSegmentation.Check(segmentation, images[image], options);
            drawn = options.KeepShapes ? CocoSegmentation.Draw(drawn, segmentation) : drawn;
        }

        if (row.TryGetProperty("keypoints", out JsonElement joints))
        {
            drawn = drawn with { Joints = Joints(joints) };
        }

        double area = row.TryGetProperty("area", out JsonElement value) ? JsonFields.Number(value, "area") : box.Width * box.Height;
        bool isCrowd = row.TryGetProperty("iscrowd", out JsonElement crowd) && crowd.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False or JsonValueKind.Null => false,
            JsonValueKind.Number when crowd.GetDouble() is 0 or 1 => crowd.GetDouble() == 1,
            _ => throw new RowException("wrong_type", "iscrowd is neither 0 nor 1"),
        };
        return (image, area >= 0 ? drawn with { Box = new(index, box, area, isCrowd) } : throw new RowException("invalid_box", "area is negative"));
    }

    private static double[] Joints(JsonElement joints)
    {
        if (joints.ValueKind != JsonValueKind.Array || joints.GetArrayLength() % 3 != 0)
        {
            throw new RowException("invalid_keypoints", "keypoints are not a list of x, y and visibility");
        }

        double[] numbers = [.. joints.EnumerateArray().Select(value => JsonFields.Number(value, "keypoints"))];
        return numbers.Where((_, at) => at % 3 == 2).All(visibility => visibility is 0 or 1 or 2)
            ? numbers
            : throw new RowException("invalid_keypoints", "a key point's visibility is not 0, 1 or 2");
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

            if (categories.ContainsValue(name))
            {
                report.Warn($"category {id}", "duplicate_category_name", $"'{name}' is the name of another category, too: the two stay two classes");
            }

            if (!categories.TryAdd(id, name))
            {
                throw new LabelFormatException(file, null, "duplicate_id", $"category {id} occurs twice");
            }
        }

        return categories;
    }

    private static (List<LabelledImage> Images, Dictionary<long, int> Ordinal) Images(JsonElement root, string file, ReadReportBuilder report)
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

            name = ImageNames.Checked(name, file);
            bool isFirst = report.IsFirst(name, $"image {id}", "occurs before under another id: this one's annotations are left out");
            if (!ordinal.TryAdd(id, isFirst ? images.Count : SecondOfItsName))
            {
                throw new LabelFormatException(file, null, "duplicate_id", $"image {id} occurs twice, so its annotations are ambiguous");
            }

            if (isFirst)
            {
                JsonFields.WarnOfSize(row, "width", "height", name, report);
                images.Add(new(name, JsonFields.Side(row, "width"), JsonFields.Side(row, "height"), new DetectionTruth([])));
            }
        }

        return (images, ordinal);
    }

    private static JsonElement.ArrayEnumerator Rows(JsonElement root, string name, string file) =>
        root.TryGetProperty(name, out JsonElement rows) && rows.ValueKind == JsonValueKind.Array
            ? rows.EnumerateArray()
            : throw new LabelFormatException(file, null, "wrong_type", $"'{name}' is not a list");
}
