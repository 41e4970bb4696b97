using System.Globalization;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>
/// ICDAR's text localisation: a folder with <c>gt_NAME.txt</c> per image and a line per text, <c>x1,y1,x2,y2,x3,y3,x4,y4,text</c> (2015) or <c>left, top, right,
/// bottom, "text"</c> (2013). <c>###</c> is what nobody can read.
/// </summary>
public sealed class IcdarText : ILabelFormat
{
    /// <inheritdoc/>
    public string Id => "icdar";

    /// <inheritdoc/>
    public IReadOnlyList<VisionTask> Tasks { get; } = [VisionTask.Text];

    /// <inheritdoc/>
    public string? FileName => null;

    /// <inheritdoc/>
    public LabelFeatures Holds => LabelFeatures.None;

    /// <inheritdoc/>
    public bool Recognizes(string path) => Files(path).Any();

    /// <inheritdoc/>
    public LabelRead Read(string path, LabelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ReadReportBuilder report = new();
        List<LabelledImage> images = [];
        int kept = 0;
        foreach (string file in Files(path))
        {
            List<TruthLine> lines = ReadLines(file, report);
            kept += lines.Count;
            images.Add(new(ImageOf(file, options.ImageFolder), null, null, new TextTruth(lines)));
        }

        return images.Count == 0
            ? throw new LabelFormatException(Path.GetFileName(path), null, "file_not_found", "there is no gt_….txt")
            : new(new(VisionTask.Text, [], images), report.Build(images.Count, kept, ImageNames.NotFound(images.Select(image => image.FileName), options.ImageFolder)));
    }

    /// <inheritdoc/>
    public void Write(LabelSet set, string path)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (set.Task != VisionTask.Text)
        {
            throw new NotSupportedException($"ICDAR holds text, not {set.Task}.");
        }

        if (set.Images.FirstOrDefault(image => ((TextTruth)image.Truth).Lines.Any(line => line.Corners.Count != 8)) is { } without)
        {
            throw new NotSupportedException($"ICDAR needs four corners of every line; {without.FileName} has a line without.");
        }

        WrittenNames.RequireDistinct(set.Images, image => $"gt_{WrittenNames.StemOf(image)}.txt");
        Directory.CreateDirectory(path);
        foreach (LabelledImage image in set.Images)
        {
            File.WriteAllLines(
                Path.Combine(path, $"gt_{WrittenNames.StemOf(image)}.txt"),
                ((TextTruth)image.Truth).Lines.Select(line => $"{string.Join(',', line.Corners.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))},{TextLabels.Written(line)}"));
        }
    }

    private static List<TruthLine> ReadLines(string file, ReadReportBuilder report)
    {
        List<TruthLine> found = [];
        string[] lines = TextLabels.Read(file).Split('\n');
        for (int line = 0; line < lines.Length; line++)
        {
            string text = lines[line].TrimEnd('\r');
            if (text.Length == 0)
            {
                continue;
            }

            if ((Corners(text, 8) ?? Corners(text, 4)) is not (double[] numbers, string said))
            {
                report.Drop($"{Path.GetFileName(file)}, line {line + 1}", "invalid_row", "expected 8 or 4 numbers and a text between commas");
                continue;
            }

            double[] corners = numbers is [double left, double top, double right, double bottom] ? [left, top, right, top, right, bottom, left, bottom] : numbers;
            string bare = numbers.Length == 4 && said.Length >= 2 && said.StartsWith('"') && said.EndsWith('"') ? said[1..^1] : said;
            found.Add(new(bare, corners, bare == TextLabels.Unreadable));
        }

        return found;
    }

    /// <summary>So many numbers and the rest of the line, in which commas belong to the text.</summary>
    private static (double[] Numbers, string Text)? Corners(string line, int count)
    {
        string[] words = line.Split(',', count + 1);
        double[] numbers = new double[count];
        for (int at = 0; at < count; at++)
        {
            if (at >= words.Length || !double.TryParse(words[at], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[at]) || !double.IsFinite(numbers[at]))
            {
                return null;
            }
        }

        return words.Length > count ? (numbers, count == 4 ? words[count].Trim() : words[count]) : null;
    }

    /// <summary>The image beside the labels; without a folder of images only its stem is known.</summary>
    private static string ImageOf(string file, string? folder)
    {
        string stem = Path.GetFileNameWithoutExtension(file)["gt_".Length..];
        string[] extensions = [".jpg", ".png", ".jpeg", ".bmp", ".webp"];
        string where = folder ?? Path.GetDirectoryName(file)!;
        return stem + (extensions.FirstOrDefault(extension => File.Exists(Path.Combine(where, stem + extension))) ?? ".jpg");
    }

    private static IEnumerable<string> Files(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "gt_*.txt").Order(StringComparer.Ordinal)
        : File.Exists(path) && Path.GetFileName(path).StartsWith("gt_", StringComparison.Ordinal) && path.EndsWith(".txt", StringComparison.OrdinalIgnoreCase) ? [path] : [];
}
