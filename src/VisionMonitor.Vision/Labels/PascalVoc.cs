using System.Globalization;
using System.Xml.Linq;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>
/// Pascal VOC: an XML file per image, in a folder or its folder <c>Annotations</c>, and for masks the folders <c>SegmentationObject</c> and
/// <c>SegmentationClass</c>. Pixels count from 1 and both corners belong to the box, so xmin 1 and xmax 11 are a box from 0 that is 11 wide. A difficult
/// object counts neither for nor against a model.
/// </summary>
public sealed class PascalVoc : ILabelFormat
{
    /// <inheritdoc/>
    public string Id => "voc";

    /// <inheritdoc/>
    public IReadOnlyList<VisionTask> Tasks { get; } = [VisionTask.Detection, VisionTask.InstanceSegmentation];

    /// <inheritdoc/>
    public string? FileName => null;

    /// <inheritdoc/>
    public LabelFeatures Holds => LabelFeatures.Sizes | LabelFeatures.Crowds | LabelFeatures.Parts | LabelFeatures.Masks;

    /// <inheritdoc/>
    public bool Recognizes(string path)
    {
        string? first = Files(path).FirstOrDefault();
        if (first is null)
        {
            return VocPictures.Are(path);
        }

        using StreamReader reader = new(first);
        char[] start = new char[1024];
        return new string(start, 0, reader.ReadBlock(start)).Contains("<annotation>", StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public LabelRead Read(string path, LabelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ReadReportBuilder report = new();
        List<VocImage> rows = [];
        foreach (string file in Files(path))
        {
            foreach (XElement annotation in XmlLabels.Elements(file, options, "annotation"))
            {
                VocImage read = ReadImage(annotation, file, report);
                if (report.IsFirst(read.Image.FileName, Path.GetFileName(file), "has a file of its own before: this one is left out"))
                {
                    rows.Add(read);
                }
            }
        }

        bool arePainted = VocPictures.Are(path) && (options.KeepShapes || rows.Count == 0);
        if (arePainted)
        {
            rows = VocPictures.Read(path, rows, options, report);
        }
        else if (rows.Count == 0)
        {
            throw new LabelFormatException(Path.GetFileName(path), null, "file_not_found", "there is no annotation");
        }

        string[] used = [.. rows.SelectMany(row => row.Objects).Select(one => one.Name).Distinct().Order(StringComparer.Ordinal)];
        NamedBoxes named = new(options.Classes ?? (arePainted && used.All(VocPictures.Classes(path).Contains) ? VocPictures.Classes(path) : used), report);
        LabelledImage[] images = [.. rows.Select(row => row.Image with { Truth = named.Truth(row.Image.FileName, [.. row.Objects.Select(one => (one.Name, one.Object))]) })];
        return DrawnObjects.Read(named, images, options, report);
    }

    /// <inheritdoc/>
    public void Write(LabelSet set, string path)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (!Tasks.Contains(set.Task))
        {
            throw new NotSupportedException($"Pascal VOC holds boxes and shapes, not {set.Task}.");
        }

        string folder = Directory.CreateDirectory(Path.Combine(path, "Annotations")).FullName;
        bool arePainted = set.Task == VisionTask.InstanceSegmentation;
        Dictionary<LabelledImage, string> stems = WrittenNames.Unique(set.Images);
        foreach (LabelledImage image in set.Images)
        {
            XElement annotation = new(
                "annotation",
                new XElement("filename", ImageNames.Checked(image.FileName, "images")),
                new XElement("size", new XElement("width", image.Width ?? 0), new XElement("height", image.Height ?? 0), new XElement("depth", 3)),
                new XElement("segmented", arePainted ? 1 : 0),
                DrawnObjects.Of(image.Truth).Select(one => Object(one.Box, set.Classes)));
            new XDocument(annotation).Save(Path.Combine(folder, stems[image] + ".xml"));
        }

        if (arePainted)
        {
            VocPictures.Write(set, path, image => stems[image]);
        }
    }

    private static VocImage ReadImage(XElement annotation, string path, ReadReportBuilder report)
    {
        string file = Path.GetFileName(path);
        string name = ImageNames.Checked(annotation.Element("filename")?.Value ?? "", file);
        XElement size = annotation.Element("size") ?? new XElement("size");
        LabelledImage image = new(name, XmlLabels.Side(size, "width"), XmlLabels.Side(size, "height"), new InstanceTruth([]));
        XmlLabels.WarnOfSize(size, file, report);
        List<VocObject> objects = [];
        int number = 0;
        foreach (XElement row in annotation.Elements("object"))
        {
            number++;
            try
            {
                objects.Add(new(number, row.Element("name")?.Value is { } label && !string.IsNullOrWhiteSpace(label) ? label : throw new RowException("missing_field", "name is missing"), new(ReadBox(row, image))));
            }
            catch (RowException reason)
            {
                report.Drop($"{file}, object {number}", reason.Code, reason.Message);
            }
        }

        return new(Path.GetFileNameWithoutExtension(path), image, objects);
    }

    private static TruthBox ReadBox(XElement row, LabelledImage image)
    {
        XElement corners = row.Element("bndbox") ?? throw new RowException("invalid_box", "bndbox is missing");
        (double left, double top) = (XmlLabels.Number(corners, "xmin"), XmlLabels.Number(corners, "ymin"));
        if (left < 0 || top < 0)
        {
            throw new RowException("invalid_box", "the box begins before the first pixel");
        }

        BoundingBox box = BoundingBox.FromCorners(left - 1, top - 1, XmlLabels.Number(corners, "xmax"), XmlLabels.Number(corners, "ymax"));
        return new(0, BoxRules.Checked(box, image.Width, image.Height), box.Area, row.Element("difficult")?.Value == "1");
    }

    private static XElement Object(TruthBox box, IReadOnlyList<string> classes) => new(
        "object",
        new XElement("name", classes[box.ClassIndex]),
        new XElement("difficult", box.IsCrowd ? 1 : 0),
        new XElement(
            "bndbox",
            new XElement("xmin", Text(box.Box.X + 1)),
            new XElement("ymin", Text(box.Box.Y + 1)),
            new XElement("xmax", Text(box.Box.Right)),
            new XElement("ymax", Text(box.Box.Bottom))));

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static IEnumerable<string> Files(string path)
    {
        if (File.Exists(path))
        {
            return Path.GetExtension(path).Equals(".xml", StringComparison.OrdinalIgnoreCase) ? [path] : [];
        }

        string annotations = Path.Combine(path, "Annotations");
        string folder = Directory.Exists(annotations) ? annotations : path;
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.xml").Order(StringComparer.Ordinal) : [];
    }
}
