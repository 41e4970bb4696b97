using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>
/// A table with a line of headings: <c>image,class</c> for classification, or <c>image,width,height,class,xmin,ymin,xmax,ymax</c> with a line per object
/// (TensorFlow's and Roboflow's headings are known); a line with an image alone shows nothing. Fields are quoted as in RFC 4180.
/// </summary>
public sealed partial class CsvTable : ILabelFormat
{
    private static readonly (string Name, string[] Also)[] _headings =
    [
        ("image", ["filename", "file_name", "file", "path", "image_path", "image_name"]),
        ("class", ["label", "class_name", "category", "name"]),
        ("xmin", ["x_min", "x1", "left"]),
        ("ymin", ["y_min", "y1", "top"]),
        ("xmax", ["x_max", "x2", "right"]),
        ("ymax", ["y_max", "y2", "bottom"]),
        ("width", ["image_width"]),
        ("height", ["image_height"]),
    ];

    /// <inheritdoc/>
    public string Id => "csv";

    /// <inheritdoc/>
    public IReadOnlyList<VisionTask> Tasks { get; } = [VisionTask.Detection, VisionTask.Classification];

    /// <inheritdoc/>
    public string? FileName => "labels.csv";

    /// <inheritdoc/>
    public LabelFeatures Holds => LabelFeatures.Sizes;

    /// <inheritdoc/>
    public bool Recognizes(string path) => File.Exists(path) && Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public LabelRead Read(string path, LabelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string file = Path.GetFileName(path);
        List<string[]> rows = [.. Fields(TextLabels.Read(path))];
        Dictionary<string, int> columns = rows.Count == 0
            ? throw new LabelFormatException(file, null, "empty_file", "the file is empty")
            : Columns(rows[0]);
        if (!columns.ContainsKey("image") || !columns.ContainsKey("class"))
        {
            throw new LabelFormatException(file, 1, "missing_field", "the headings name no 'image' and 'class'");
        }

        ReadReportBuilder report = new();
        foreach (string heading in columns.Keys.Where(heading => _headings.All(pair => pair.Name != heading)))
        {
            report.Warn($"{file}, line 1", "unknown_column", $"the column '{heading}' is not read");
        }

        Dictionary<string, (int? Width, int? Height, List<(string Name, TruthInstance? Object)> Rows)> images = [];
        for (int line = 1; line < rows.Count; line++)
        {
            try
            {
                if (rows[line].Any(field => field.StartsWith('"') && field.Count(character => character == '"') % 2 == 1))
                {
                    throw new RowException("invalid_row", "a quote is not closed");
                }

                string name = ImageNames.Checked(Field(rows[line], columns, "image"), file);
                if (!images.TryGetValue(name, out (int? Width, int? Height, List<(string Name, TruthInstance? Object)> Rows) image))
                {
                    images[name] = image = (Side(rows[line], columns, "width"), Side(rows[line], columns, "height"), []);
                }

                if (Field(rows[line], columns, "class") is { Length: > 0 } label)
                {
                    image.Rows.Add((label, columns.ContainsKey("xmin") ? Box(rows[line], columns, image.Width, image.Height) : null));
                }
            }
            catch (RowException reason)
            {
                report.Drop($"{file}, line {line + 1}", reason.Code, reason.Message);
            }
        }

        string[] used = [.. images.Values.SelectMany(image => image.Rows).Select(row => row.Name).Distinct().Order(StringComparer.Ordinal)];
        NamedBoxes named = new(options.Classes ?? used, report);
        return columns.ContainsKey("xmin") ? Boxes(images, named, report, options) : Classes(images, named.Classes, report, options);
    }

    /// <inheritdoc/>
    public void Write(LabelSet set, string path)
    {
        ArgumentNullException.ThrowIfNull(set);
        StringBuilder text = new(set.Task == VisionTask.Classification ? "image,class\n" : "image,width,height,class,xmin,ymin,xmax,ymax\n");
        foreach (LabelledImage image in set.Images)
        {
            switch (image.Truth)
            {
                case ClassificationTruth(int classIndex):
                    text.Append(CultureInfo.InvariantCulture, $"{Quoted(image.FileName)},{Quoted(set.Classes[classIndex])}\n");
                    break;
                case DetectionTruth { Boxes.Count: 0 }:
                    text.Append(CultureInfo.InvariantCulture, $"{Quoted(image.FileName)},{image.Width},{image.Height},,,,,\n");
                    break;
                case DetectionTruth { Boxes: var boxes }:
                    foreach (TruthBox box in boxes)
                    {
                        text.Append(
                            CultureInfo.InvariantCulture,
                            $"{Quoted(image.FileName)},{image.Width},{image.Height},{Quoted(set.Classes[box.ClassIndex])},{box.Box.X:R},{box.Box.Y:R},{box.Box.Right:R},{box.Box.Bottom:R}\n");
                    }

                    break;
                default:
                    throw new NotSupportedException($"CSV holds boxes and classes, not {set.Task}.");
            }
        }

        File.WriteAllText(path, text.ToString());
    }

    private static LabelRead Boxes(
        Dictionary<string, (int? Width, int? Height, List<(string Name, TruthInstance? Object)> Rows)> images, NamedBoxes named, ReadReportBuilder report, LabelOptions options)
    {
        LabelledImage[] labelled =
        [
            .. images.Select(pair => new LabelledImage(
                pair.Key, pair.Value.Width, pair.Value.Height, named.Truth(pair.Key, [.. pair.Value.Rows.Select(row => (row.Name, row.Object!))]).ToBoxes())),
        ];
        return new(new(VisionTask.Detection, named.Classes, labelled), report.Build(labelled.Length, named.KeptCount, ImageNames.NotFound(images.Keys, options.ImageFolder)));
    }

    private static LabelRead Classes(
        Dictionary<string, (int? Width, int? Height, List<(string Name, TruthInstance? Object)> Rows)> images, IReadOnlyList<string> classes, ReadReportBuilder report, LabelOptions options)
    {
        List<LabelledImage> labelled = [];
        foreach ((string name, (int? width, int? height, List<(string Name, TruthInstance? Object)> rows)) in images)
        {
            int index = rows.Count == 1 ? classes.ToList().IndexOf(rows[0].Name) : -1;
            if (index < 0)
            {
                report.Drop(name, rows.Count == 1 ? "unknown_category" : "not_one_class", rows.Count == 1 ? $"there is no class '{rows[0].Name}'" : $"it has {rows.Count} classes, not one");
                continue;
            }

            labelled.Add(new(name, width, height, new ClassificationTruth(index)));
        }

        return new(new(VisionTask.Classification, classes, labelled), report.Build(images.Count, labelled.Count, ImageNames.NotFound(images.Keys, options.ImageFolder)));
    }

    private static TruthInstance Box(string[] row, Dictionary<string, int> columns, int? width, int? height)
    {
        double[] sides = [.. ((string[])["xmin", "ymin", "xmax", "ymax"]).Select(name =>
            double.TryParse(Field(row, columns, name), NumberStyles.Float, CultureInfo.InvariantCulture, out double side) ? side : throw new RowException("invalid_box", $"{name} is not a number"))];
        return new(new TruthBox(0, BoxRules.Checked(BoundingBox.FromCorners(sides[0], sides[1], sides[2], sides[3]), width, height)));
    }

    private static Dictionary<string, int> Columns(string[] headings)
    {
        Dictionary<string, int> columns = [];
        for (int at = 0; at < headings.Length; at++)
        {
            string heading = headings[at].Trim().ToLowerInvariant();
            string? known = _headings.FirstOrDefault(pair => pair.Name == heading || pair.Also.Contains(heading)).Name;
            columns.TryAdd(known ?? heading, at);
        }

        return columns;
    }

    private static string Field(string[] row, Dictionary<string, int> columns, string name) => columns.TryGetValue(name, out int at) && at < row.Length
        ? row[at]
        : throw new RowException("missing_field", $"there is no {name}");

    private static int? Side(string[] row, Dictionary<string, int> columns, string name) =>
        columns.TryGetValue(name, out int at) && at < row.Length && int.TryParse(row[at], NumberStyles.None, CultureInfo.InvariantCulture, out int side) && side > 0 ? side : null;

    private static string Quoted(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    private static IEnumerable<string[]> Fields(string text)
    {
        List<string> row = [];
        foreach (Match field in OneField().Matches(text))
        {
            string value = field.Groups["quoted"].Success ? field.Groups["quoted"].Value.Replace("\"\"", "\"", StringComparison.Ordinal) : field.Groups["plain"].Value;
            row.Add(value);
            if (field.Groups["end"].Value != ",")
            {
                if (row.Count > 1 || row[0].Length > 0)
                {
                    yield return [.. row];
                }

                row.Clear();
            }
        }
    }

    [GeneratedRegex("\\G(?:\"(?<quoted>(?:[^\"]|\"\")*)\"|(?<plain>[^,\\r\\n]*))(?<end>,|\\r?\\n|$)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex OneField();
}
