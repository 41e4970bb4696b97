using System.Globalization;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>
/// YOLO: a folder with <c>data.yaml</c> (or that file), and for every image a text file with a row per object: class and centre, width and
/// height, or class and the corners of a polygon (also of a turned box), in parts of the image; with <c>kpt_shape</c> joints follow the box. An image without a file, or with an
/// empty one, shows nothing. Text files alone are read with the images beside them or in the caller's folder: rows are parts of an image's size; then an
/// image without a file says nothing. Labels beside data.yaml whose images are not there are read with those of the caller's folder.
/// </summary>
public sealed class YoloText : ILabelFormat
{
    private const int MaxClasses = 100_000;

    private static readonly string[] _splits = ["train", "val", "test"];

    /// <summary>How far a coordinate may lie outside the image through rounding.</summary>
    private const double Tolerance = 0.01;

    /// <inheritdoc/>
    public string Id => "yolo";

    /// <inheritdoc/>
    public IReadOnlyList<VisionTask> Tasks { get; } = [VisionTask.Detection, VisionTask.InstanceSegmentation];

    /// <inheritdoc/>
    public string? FileName => null;

    /// <inheritdoc/>
    public LabelFeatures Holds => LabelFeatures.Sizes | LabelFeatures.Overlaps | LabelFeatures.Joints;

    /// <inheritdoc/>
    public bool Recognizes(string path) => (YamlPath(path) is { } yaml && File.Exists(yaml)) || IsBare(path) || AreRows(Lone(path));

    /// <inheritdoc/>
    public LabelRead Read(string path, LabelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (YamlPath(path) is { } none && !File.Exists(none) && !IsBare(path) && Lone(path) is { Count: > 0 } lone)
        {
            return ReadLone(path, lone, options);
        }

        string yaml = YamlPath(path) is { } found && (File.Exists(found) || IsBare(path))
            ? found
            : throw new LabelFormatException(Path.GetFileName(path), null, "file_not_found", "there is neither data.yaml nor a folder of images beside one of labels");
        bool isDescribed = File.Exists(yaml);
        Dictionary<string, object> data = isDescribed ? YamlLabels.Read(yaml) : new() { ["train"] = "images", ["names"] = Names(path, LabelFiles(path), options) };
        string file = Path.GetFileName(yaml);
        ReadReportBuilder report = new();
        if (data.ContainsKey("download"))
        {
            report.Warn(file, "download_key_ignored", "what 'download' says is neither run nor fetched");
        }

        if (!isDescribed)
        {
            WarnOfNames(report, file, options);
        }

        IReadOnlyList<string> classes = Classes(data, file);
        if (data.GetValueOrDefault("nc") is string said && int.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count != classes.Count)
        {
            report.Warn(file, "class_count_mismatch", $"nc is {count}, but 'names' has {classes.Count}");
        }

        int jointSize = JointSize(data);
        string root = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(yaml))!, Inside(data.GetValueOrDefault("path") as string ?? ".", file));
        List<LabelledImage> images = [];
        List<string> notFound = [];
        int kept = 0;
        Lazy<Dictionary<string, string>> elsewhere = new(() => ImagesByName(options.ImageFolder));
        if (Directory.Exists(Path.Combine(root, "labels")) && !_splits.Any(data.ContainsKey))
        {
            report.Warn(file, "split_not_named", "neither train nor val nor test is named: the folders images and labels beside it are read");
            data["train"] = "images";
        }

        foreach (string folder in Folders(data, root, file, report))
        {
            foreach (string image in Directory.Exists(folder) ? Images.ImageFiles.Below(folder) : [])
            {
                Keep(ReadImage(image, LabelPath(image), root, classes.Count, jointSize, report));
            }

            foreach ((string name, string labels) in LabelsWithoutImage(folder, images, root))
            {
                if (elsewhere.Value.TryGetValue(name, out string? image) || elsewhere.Value.TryGetValue(Path.GetFileName(name), out image))
                {
                    Keep(ReadImage(image, labels, options.ImageFolder!, classes.Count, jointSize, report));
                }
                else
                {
                    notFound.Add(name);
                }
            }
        }

        void Keep(LabelledImage labelled)
        {
            kept += ((InstanceTruth)labelled.Truth).Instances.Count;
            images.Add(labelled);
        }

        return new(DrawnObjects.Settle(classes, images, options), report.Build(images.Count, kept, notFound));
    }

    /// <inheritdoc/>
    public void Write(LabelSet set, string path)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (!Tasks.Contains(set.Task))
        {
            throw new NotSupportedException($"YOLO text holds boxes and shapes, not {set.Task}.");
        }

        WrittenNames.RequireDistinct(set.Images, LabelFile);
        WrittenNames.RequireSizes(set.Images, "YOLO text");
        Directory.CreateDirectory(Path.Combine(path, "images"));
        bool areJoints = set.Images.SelectMany(image => DrawnObjects.Of(image.Truth)).Any(one => one.Joints.Count > 0);
        string names = string.Join('\n', set.Classes.Select((name, index) => $"  {index}: '{name.Replace("'", "''", StringComparison.Ordinal)}'"));
        File.WriteAllText(Path.Combine(path, "data.yaml"), $"path: .\ntrain: images\nval: images\nnames:\n{names}\n{Joints(set)}");
        foreach (LabelledImage image in set.Images)
        {
            (int width, int height) = (image.Width!.Value, image.Height!.Value);
            string target = Path.Combine(path, LabelFile(image));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllLines(target, DrawnObjects.Of(image.Truth).Select(drawn => Row(areJoints ? drawn with { Polygons = [], Mask = null } : drawn, width, height)));
        }
    }

    private static string LabelFile(LabelledImage image) => "labels/" + Path.ChangeExtension(WithoutFolder(ImageNames.Checked(image.FileName, "images")), ".txt");

    /// <summary>The boxes of one label file; bad rows are reported with their line.</summary>
    internal static List<TruthInstance> ReadRows(string path, int width, int height, int classCount, ReadReportBuilder report, int jointSize = 0)
    {
        string file = Path.GetFileName(path);
        List<TruthInstance> objects = [];
        string[] lines = TextLabels.Read(path).Split('\n');
        for (int line = 0; line < lines.Length; line++)
        {
            string[] words = lines[line].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
            {
                continue;
            }

            try
            {
                objects.Add(ReadRow(words, width, height, classCount, jointSize));
            }
            catch (RowException reason)
            {
                report.Drop($"{file}, line {line + 1}", reason.Code, reason.Message);
            }
        }

        return objects;
    }

    private static TruthInstance ReadRow(string[] words, int width, int height, int classCount, int jointSize)
    {
        if (!int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int classIndex) || classIndex >= classCount)
        {
            throw new RowException("invalid_row", $"'{Shorten(words[0])}' is not a class from 0 to {classCount - 1}");
        }

        if (jointSize > 0 && words.Length > 5)
        {
            return ReadPose(words, width, height, classIndex, jointSize);
        }

        if (words.Length < 5 || words.Length == 6 || words.Length % 2 == 0)
        {
            throw new RowException("invalid_row", $"expected 5 numbers, or a class and pairs, found {words.Length}");
        }

        double[] parts = [.. words.Skip(1).Select(Part)];
        if (parts.Length == 4)
        {
            if (parts[2] <= 0 || parts[3] <= 0)
            {
                throw new RowException("invalid_row", "the box is empty");
            }

            return new(Box(classIndex, parts, width, height));
        }

        double[] corners = [.. parts.Select((part, index) => part * (index % 2 == 0 ? width : height))];
        BoundingBox bounds = Polygon.Bounds(corners);
        return bounds.Width > 0 && bounds.Height > 0
            ? DrawnObjects.OfPolygon(classIndex, corners)
            : throw new RowException("invalid_row", "the polygon is empty");
    }

    private static TruthBox Box(int classIndex, double[] parts, int width, int height) =>
        new(classIndex, new BoundingBox((parts[0] - parts[2] / 2) * width, (parts[1] - parts[3] / 2) * height, parts[2] * width, parts[3] * height));

    /// <summary>A box and joints of x, y and, with three numbers each, visibility.</summary>
    private static TruthInstance ReadPose(string[] words, int width, int height, int classIndex, int jointSize)
    {
        if ((words.Length - 5) % jointSize != 0)
        {
            throw new RowException("invalid_row", $"expected a box and joints of {jointSize} numbers, found {words.Length} numbers");
        }

        double[] parts = [.. words.Skip(1).Take(4).Select(Part)];
        if (parts[2] <= 0 || parts[3] <= 0)
        {
            throw new RowException("invalid_row", "the box is empty");
        }

        List<double> joints = [];
        for (int at = 5; at < words.Length; at += jointSize)
        {
            (double x, double y) = (Part(words[at]), Part(words[at + 1]));
            double visibility = jointSize == 3 && double.TryParse(words[at + 2], NumberStyles.Float, CultureInfo.InvariantCulture, out double said) ? said : x > 0 || y > 0 ? 2 : 0;
            joints.AddRange([x * width, y * height, visibility]);
        }

        return new(Box(classIndex, parts, width, height)) { Joints = joints };
    }

    /// <summary>How many numbers a joint has, 0 where there are none: the second of <c>kpt_shape: [17, 3]</c>.</summary>
    private static int JointSize(Dictionary<string, object> data) =>
        data.GetValueOrDefault("kpt_shape") is List<object> { Count: 2 } shape && shape[1] is "2" or "3" ? int.Parse((string)((List<object>)data["kpt_shape"])[1], CultureInfo.InvariantCulture) : 0;

    private static string Joints(LabelSet set)
    {
        int count = set.Images.SelectMany(image => DrawnObjects.Of(image.Truth)).Select(one => one.Joints.Count / 3).DefaultIfEmpty(0).Max();
        return count == 0 ? "" : $"kpt_shape: [{count}, 3]\n";
    }

    private static double Part(string word) =>
        double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double part) && part is >= -Tolerance and <= 1 + Tolerance
            ? part
            : throw new RowException("invalid_row", $"'{Shorten(word)}' is not a number from 0 to 1");

    private static LabelledImage ReadImage(string image, string labels, string root, int classCount, int jointSize, ReadReportBuilder report)
    {
        string name = Path.GetRelativePath(root, image).Replace('\\', '/');
        name = WithoutFolder(name);
        try
        {
            Images.ImageHeader header = Images.ImageDecoder.ReadHeader(File.ReadAllBytes(image), Images.ImageLimits.Default);
            List<TruthInstance> objects = File.Exists(labels) ? ReadRows(labels, header.Width, header.Height, classCount, report, jointSize) : [];
            return new(name, header.Width, header.Height, new InstanceTruth(objects));
        }
        catch (Images.ImageFormatException refusal)
        {
            report.Drop(name, refusal.Code, refusal.Message);
            return new(name, null, null, new InstanceTruth([]));
        }
    }

    private static string WithoutFolder(string name) => name.StartsWith("images/", StringComparison.Ordinal) ? name["images/".Length..] : name;

    private static bool IsBare(string path) =>
        Directory.Exists(Path.Combine(path, "images")) && Directory.Exists(Path.Combine(path, "labels")) && LabelFiles(path).Any();

    private static IEnumerable<string> LabelFiles(string path) => Directory.EnumerateFiles(Path.Combine(path, "labels"), "*.txt", SearchOption.AllDirectories);

    /// <summary>The text files of a folder that holds no more than them, and images perhaps.</summary>
    private static List<string> Lone(string path) => Directory.Exists(path)
        ? [.. Directory.EnumerateFiles(path, "*.txt").Where(file => Path.GetFileName(file) != "classes.txt").Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Whether the first rows are classes and numbers; an empty file is a label, too, but tells nothing.</summary>
    private static bool AreRows(List<string> files)
    {
        string[][] rows = [.. files.Select(file => File.ReadLines(file).FirstOrDefault(line => !string.IsNullOrWhiteSpace(line))).OfType<string>().Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))];
        return rows.Length > 0 && rows.All(words => words.Length >= 5
            && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && words.All(word => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _)));
    }

    private static void WarnOfNames(ReadReportBuilder report, string file, LabelOptions options)
    {
        if (options.Classes is null)
        {
            report.Warn(file, "classes_not_named", "there is no data.yaml: classes are those of a list beside the labels, or numbered");
        }
    }

    private static LabelRead ReadLone(string path, List<string> files, LabelOptions options)
    {
        string root = Path.GetFullPath(options.ImageFolder ?? path);
        Dictionary<string, string> images = ImagesByName(root);
        if (images.Count == 0)
        {
            throw new LabelFormatException(
                Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), null, "images_needed", "rows of YOLO are parts of an image's size, and there are no images: lay them beside the labels, or name their folder (--images DIR)");
        }

        ReadReportBuilder report = new();
        WarnOfNames(report, Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), options);
        List<string> classes = [.. Names(path, files, options).Cast<string>()];
        ILookup<bool, string> found = files.ToLookup(file => images.ContainsKey(Path.GetFileNameWithoutExtension(file)));
        List<LabelledImage> read = [.. found[true].Select(file => ReadImage(images[Path.GetFileNameWithoutExtension(file)], file, root, classes.Count, 0, report))];
        return new(
            DrawnObjects.Settle(classes, read, options),
            report.Build(read.Count, read.Sum(image => DrawnObjects.Of(image.Truth).Count), [.. found[false].Select(file => Path.GetFileNameWithoutExtension(file))]));
    }

    /// <summary>Images of a folder by their path in it and by their name alone, both without extension; none where there is no folder.</summary>
    private static Dictionary<string, string> ImagesByName(string? root)
    {
        Dictionary<string, string> images = [];
        List<string> found = root is not null && Directory.Exists(root) ? [.. Images.ImageFiles.Below(root)] : [];
        foreach (string image in found)
        {
            images.TryAdd(NameIn(root!, image), image);
        }

        foreach (string image in found)
        {
            images.TryAdd(Path.GetFileNameWithoutExtension(image), image);
        }

        return images;
    }

    /// <summary>The caller's names, those of a list beside the labels, or a number for every class that a row uses.</summary>
    private static List<object> Names(string path, IEnumerable<string> files, LabelOptions options)
    {
        string? list = ((string[])["classes.txt", "labels/classes.txt", "obj.names"]).Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists);
        if (options.Classes is not null || list is not null)
        {
            return [.. options.Classes ?? [.. TextLabels.Read(list!).Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)]];
        }

        int count = files
            .SelectMany(file => TextLabels.Read(file).Split('\n'))
            .Select(line => int.TryParse(line.AsSpan(0, Math.Max(0, line.IndexOf(' ', StringComparison.Ordinal))), NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < MaxClasses ? index + 1 : 0)
            .DefaultIfEmpty(0)
            .Max();
        return [.. Enumerable.Range(0, count).Select(index => $"class {index}")];
    }

    /// <summary>The last folder called images becomes labels, as Ultralytics does.</summary>
    private static string LabelPath(string image)
    {
        char slash = Path.DirectorySeparatorChar;
        int at = image.LastIndexOf($"{slash}images{slash}", StringComparison.Ordinal);
        string labels = at < 0 ? image : $"{image[..at]}{slash}labels{slash}{image[(at + 8)..]}";
        return Path.ChangeExtension(labels, ".txt");
    }

    private static List<(string Name, string File)> LabelsWithoutImage(string folder, List<LabelledImage> images, string root)
    {
        string labels = LabelsOf(folder);
        if (labels == folder || !Directory.Exists(labels))
        {
            return [];
        }

        HashSet<string> known = [.. images.Select(image => Path.ChangeExtension(image.FileName, null))];
        string home = Path.Combine(root, "labels");
        return [.. Directory.EnumerateFiles(labels, "*.txt", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != "classes.txt")
            .Order(StringComparer.Ordinal)
            .Select(file => (Name: NameIn(home, file), File: file))
            .Where(label => !known.Contains(label.Name))];
    }

    /// <summary>A file's path in a folder, without extension.</summary>
    private static string NameIn(string folder, string file) => Path.ChangeExtension(Path.GetRelativePath(folder, file), null).Replace('\\', '/');

    private static string LabelsOf(string folder) => Path.GetDirectoryName(LabelPath(Path.Combine(folder, "any.jpg")))!;

    private static IEnumerable<string> Folders(Dictionary<string, object> data, string root, string file, ReadReportBuilder report)
    {
        HashSet<string> seen = [];
        foreach (string split in _splits)
        {
            IEnumerable<string> given = data.GetValueOrDefault(split) switch
            {
                string one when one.Length > 0 => [one],
                List<object> many => many.OfType<string>(),
                _ => [],
            };
            foreach (string name in given)
            {
                // Roboflow writes ../train/images for a folder that lies beside the file.
                string own = name.StartsWith("../", StringComparison.Ordinal) ? name[3..] : name;
                string folder = Path.GetFullPath(Path.Combine(root, Inside(own, file)));
                if (!Directory.Exists(folder) && !Directory.Exists(LabelsOf(folder)))
                {
                    report.Warn(file, "folder_not_found", $"there is no folder '{Shorten(own)}' for {split}");
                }
                else if (seen.Add(folder))
                {
                    yield return folder;
                }
            }
        }
    }

    private static List<string> Classes(Dictionary<string, object> data, string file)
    {
        SortedDictionary<int, string> names = [];
        switch (data.GetValueOrDefault("names"))
        {
            case List<object> list:
                foreach (object name in list)
                {
                    names[names.Count] = name as string ?? throw new LabelFormatException(file, null, "wrong_type", "a class name is not text");
                }

                break;
            case Dictionary<string, object> map:
                foreach ((string key, object name) in map)
                {
                    if (!int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index >= MaxClasses)
                    {
                        throw new LabelFormatException(file, null, "class_index_out_of_range", $"'{Shorten(key)}' is not a class from 0 to {MaxClasses - 1}");
                    }

                    names[index] = name as string ?? throw new LabelFormatException(file, null, "wrong_type", "a class name is not text");
                }

                break;
            default:
                throw new LabelFormatException(file, null, "missing_field", "'names' is missing");
        }

        int count = names.Count == 0 ? 0 : names.Keys.Max() + 1;
        return [.. Enumerable.Range(0, count).Select(index => names.GetValueOrDefault(index, $"class {index}"))];
    }

    /// <summary>A path that stays in the data set.</summary>
    private static string Inside(string path, string file) => path is "." or "" ? "." : ImageNames.Checked(path, file);

    private static string? YamlPath(string path) => Directory.Exists(path)
        ? Path.Combine(path, "data.yaml")
        : Path.GetExtension(path).ToLowerInvariant() is ".yaml" or ".yml" ? path : null;

    /// <summary>An outline where there is one, of what is painted its own; of several the largest.</summary>
    private static string Row(TruthInstance drawn, int width, int height)
    {
        if (drawn.Joints.Count > 0)
        {
            return $"{Row(drawn.Box, width, height)} {string.Join(' ', drawn.Joints.Select((value, at) => Number(at % 3 == 0 ? value / width : at % 3 == 1 ? value / height : value)))}";
        }

        IReadOnlyList<double>? outline = drawn.Mask is { } mask ? Masks.MaskOutline.OfLargestPart(mask) : drawn.Polygons.MaxBy(polygon => Polygon.Area([.. polygon]));
        return outline is { Count: > 0 }
            ? $"{drawn.Box.ClassIndex} {string.Join(' ', outline.Select((value, at) => Number(value / (at % 2 == 0 ? width : height))))}"
            : Row(drawn.Box, width, height);
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Row(in TruthBox box, int width, int height) => string.Create(
        CultureInfo.InvariantCulture,
        $"{box.ClassIndex} {(box.Box.X + box.Box.Width / 2) / width:R} {(box.Box.Y + box.Box.Height / 2) / height:R} {box.Box.Width / width:R} {box.Box.Height / height:R}");

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40];
}
