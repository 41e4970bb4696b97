using System.Text.Json;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>
/// COCO panoptic: a JSON file with segments, and beside it a folder of the same name with a PNG per image whose colours are segment ids
/// (red + 256 green + 65536 blue, 0 is none). A segment of an unknown category refuses the file: dropping it would falsify every number.
/// </summary>
public sealed class CocoPanoptic : ILabelFormat
{
    /// <inheritdoc/>
    public string Id => "coco-panoptic";

    /// <inheritdoc/>
    public IReadOnlyList<VisionTask> Tasks { get; } = [VisionTask.Panoptic];

    /// <inheritdoc/>
    public string? FileName => "panoptic.json";

    /// <inheritdoc/>
    public LabelFeatures Holds => LabelFeatures.Sizes | LabelFeatures.Crowds;

    /// <inheritdoc/>
    public bool Recognizes(string path) => FileIn(path) is { } file && (JsonStart.Has(file, "segments_info")
        || (JsonStart.Has(file, "images") && Directory.Exists(Folder(file)) && Directory.EnumerateFiles(Folder(file), "*.png").Any()));

    /// <inheritdoc/>
    public LabelRead Read(string path, LabelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        path = FileIn(path) ?? throw new LabelFormatException(Path.GetFileName(path), null, "several_files", "The folder does not hold one JSON file. Name the file of the annotations.");
        string file = Path.GetFileName(path);
        using JsonDocument document = JsonLabels.Open(path, options);
        try
        {
            return Read(document.RootElement, path, file, options);
        }
        catch (RowException reason)
        {
            throw new LabelFormatException(file, null, reason.Code, reason.Message);
        }
    }

    /// <inheritdoc/>
    public void Write(LabelSet set, string path)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (set.Task != VisionTask.Panoptic)
        {
            throw new NotSupportedException($"COCO panoptic holds panoptic segmentation, not {set.Task}.");
        }

        Directory.CreateDirectory(Folder(path));
        Dictionary<LabelledImage, string> stems = WrittenNames.Unique(set.Images);
        using FileStream stream = File.Create(path);
        using Utf8JsonWriter json = new(stream);
        json.WriteStartObject();
        json.WriteStartArray("images");
        foreach ((LabelledImage image, int index) in set.Images.Select((image, index) => (image, index)))
        {
            json.WriteStartObject();
            json.WriteNumber("id", index + 1);
            json.WriteString("file_name", image.FileName);
            json.WriteNumber("width", ((PanopticTruth)image.Truth).Map.Width);
            json.WriteNumber("height", ((PanopticTruth)image.Truth).Map.Height);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("annotations");
        foreach ((LabelledImage image, int index) in set.Images.Select((image, index) => (image, index)))
        {
            WriteAnnotation(json, image, index + 1, stems[image] + ".png", path);
        }

        json.WriteEndArray();
        json.WriteStartArray("categories");
        foreach ((string name, int index) in set.Classes.Select((name, index) => (name, index)))
        {
            json.WriteStartObject();
            json.WriteNumber("id", index + 1);
            json.WriteString("name", name);
            json.WriteNumber("isthing", set.StuffClasses.Contains(name) ? 0 : 1);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static LabelRead Read(JsonElement root, string path, string file, LabelOptions options)
    {
        ReadReportBuilder report = new();
        SortedDictionary<long, (string Name, bool IsThing)> categories = [];
        foreach (JsonElement row in JsonFields.Required(root, "categories", JsonValueKind.Array).EnumerateArray())
        {
            string category = JsonFields.Text(row, "name");
            if (!categories.TryAdd(JsonFields.Id(row, "id"), (category, IsThing(row, category, options, report))))
            {
                throw new RowException("duplicate_id", $"category {JsonFields.Id(row, "id")} occurs twice");
            }
        }

        Dictionary<long, string> names = [];
        foreach (JsonElement row in JsonFields.Required(root, "images", JsonValueKind.Array).EnumerateArray())
        {
            if (!names.TryAdd(JsonFields.Id(row, "id"), ImageNames.Checked(JsonFields.Text(row, "file_name"), file)))
            {
                throw new RowException("duplicate_id", $"image {JsonFields.Id(row, "id")} occurs twice");
            }
        }

        Dictionary<long, int> classIndex = categories.Keys.Select((id, index) => (id, index)).ToDictionary(pair => pair.id, pair => pair.index);
        List<LabelledImage> images = [];
        HashSet<string> described = [];
        int kept = 0;
        foreach (JsonElement row in JsonFields.Required(root, "annotations", JsonValueKind.Array).EnumerateArray())
        {
            long imageId = JsonFields.Id(row, "image_id");
            if (!names.TryGetValue(imageId, out string? name))
            {
                report.Drop($"image {imageId}", "unknown_image", $"there is no image {imageId}");
            }
            else if (!described.Add(name))
            {
                report.Drop(name, "duplicate_image", "it is described before: this annotation is left out");
            }
            else if (ReadImage(row, name, Picture(path, ImageNames.Checked(JsonFields.Text(row, "file_name"), file)), classIndex, options, report) is { } image)
            {
                kept += ((PanopticTruth)image.Truth).Segments.Count;
                images.Add(image);
            }
        }

        foreach (string name in names.Values.Where(name => !described.Contains(name)).Distinct())
        {
            report.Warn(name, "image_without_annotation", "nothing says what is on it: it stays unlabelled");
        }

        LabelSet set = new(VisionTask.Panoptic, [.. categories.Values.Select(one => one.Name)], images) { StuffClasses = [.. categories.Values.Where(one => !one.IsThing).Select(one => one.Name)] };
        return new(set, report.Build(names.Count, kept, ImageNames.NotFound(images.Select(image => image.FileName), options.ImageFolder)));
    }

    /// <summary>What the caller says, else the file's <c>isthing</c> as a number or a word; a file that says nothing is told so.</summary>
    private static bool IsThing(JsonElement category, string name, LabelOptions options, ReadReportBuilder report)
    {
        if (options.StuffClasses is { } stuff)
        {
            return !stuff.Contains(name, StringComparer.OrdinalIgnoreCase);
        }

        switch (category.TryGetProperty("isthing", out JsonElement thing) ? thing.ValueKind : JsonValueKind.Undefined)
        {
            case JsonValueKind.Number:
                return thing.GetDouble() != 0;
            case JsonValueKind.True or JsonValueKind.False:
                return thing.GetBoolean();
            default:
                report.Warn($"category '{name}'", "isthing_missing", "the file does not say whether it is a thing; it is taken for one, unless the names of stuff are given");
                return true;
        }
    }

    private static LabelledImage? ReadImage(JsonElement row, string name, string picture, Dictionary<long, int> classIndex, LabelOptions options, ReadReportBuilder report)
    {
        Dictionary<long, TruthSegment> segments = [];
        foreach (JsonElement segment in JsonFields.Required(row, "segments_info", JsonValueKind.Array).EnumerateArray())
        {
            long category = JsonFields.Id(segment, "category_id");
            int index = classIndex.TryGetValue(category, out int known) ? known : throw new RowException("unknown_category", $"a segment of {name} has category {category}, which is not listed");
            bool isCrowd = segment.TryGetProperty("iscrowd", out JsonElement crowd) && crowd.ValueKind == JsonValueKind.Number && crowd.GetDouble() != 0;
            if (!segments.TryAdd(JsonFields.Id(segment, "id"), new(segments.Count + 1, index, isCrowd)))
            {
                report.Drop(name, "duplicate_id", "a segment's id occurs twice");
            }
        }

        try
        {
            RawPng png = RawPng.Read(File.ReadAllBytes(picture), options.MaxMaskPixels);
            HashSet<int> strange = [.. png.Values.Where(value => value != 0 && !segments.ContainsKey(value))];
            if (strange.Count > 0)
            {
                report.Warn(name, "unknown_segment", $"{strange.Count} ids of its picture are not listed; their pixels belong to no segment");
            }

            int[] ids = [.. png.Values.Select(value => segments.TryGetValue(value, out TruthSegment? segment) ? segment.Id : 0)];
            HashSet<int> seen = [.. ids];
            foreach (TruthSegment empty in segments.Values.Where(segment => !seen.Contains(segment.Id)))
            {
                report.Drop(name, "segment_without_pixels", $"segment {empty.Id} of the list has no pixel");
            }

            return new(name, png.Width, png.Height, new PanopticTruth(ClassMap.From(png.Width, png.Height, ids), [.. segments.Values.Where(segment => seen.Contains(segment.Id))]));
        }
        catch (Exception refusal) when (refusal is ImageFormatException or IOException)
        {
            report.Drop(name, refusal is ImageFormatException picked ? picked.Code : "file_not_readable", $"its picture of segments is not read: {(refusal is IOException ? "it is missing" : refusal.Message)}");
            return null;
        }
    }

    private static void WriteAnnotation(Utf8JsonWriter json, LabelledImage image, int id, string picture, string path)
    {
        PanopticTruth truth = (PanopticTruth)image.Truth;
        int[] ids = new int[truth.Map.Width * truth.Map.Height];
        truth.Map.CopyTo(ids);
        File.WriteAllBytes(Path.Combine(Folder(path), picture), new RawPng(truth.Map.Width, truth.Map.Height, ids).Write(isColour: true));
        json.WriteStartObject();
        json.WriteNumber("image_id", id);
        json.WriteString("file_name", picture);
        json.WriteStartArray("segments_info");
        foreach (TruthSegment segment in truth.Segments)
        {
            json.WriteStartObject();
            json.WriteNumber("id", segment.Id);
            json.WriteNumber("category_id", segment.ClassIndex + 1);
            json.WriteNumber("area", ids.LongCount(value => value == segment.Id));
            json.WriteNumber("iscrowd", segment.IsCrowd ? 1 : 0);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The file itself, or the only JSON file of a folder; null where there is none, or several.</summary>
    private static string? FileIn(string path) => !Directory.Exists(path) ? path : Directory.GetFiles(path, "*.json") is [string only] ? only : null;

    private static string Folder(string path) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileNameWithoutExtension(path));

    private static string Picture(string path, string name)
    {
        string inFolder = Path.Combine(Folder(path), name);
        return File.Exists(inFolder) ? inFolder : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, name);
    }
}
