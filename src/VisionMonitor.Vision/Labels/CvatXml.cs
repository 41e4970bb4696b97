using System.Globalization;
using System.Xml.Linq;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>
/// CVAT for images 1.1: one <c>annotations.xml</c> with boxes (also turned), polygons, masks, ellipses (as polygons), cuboids (as the outline that is
/// seen), skeletons (as joints) and tags. Shapes of one label and <c>group_id</c> are one object. A set with tags only is classification; shapes without
/// an area (points, lines) are left out and reported.
/// </summary>
public sealed class CvatXml : ILabelFormat
{
    /// <inheritdoc/>
    public string Id => "cvat";

    /// <inheritdoc/>
    public IReadOnlyList<VisionTask> Tasks { get; } = [VisionTask.Detection, VisionTask.Classification, VisionTask.InstanceSegmentation];

    /// <inheritdoc/>
    public string? FileName => "annotations.xml";

    /// <inheritdoc/>
    public LabelFeatures Holds => LabelFeatures.Sizes | LabelFeatures.Mixed | LabelFeatures.Overlaps | LabelFeatures.Parts | LabelFeatures.Masks | LabelFeatures.Joints;

    /// <inheritdoc/>
    public bool Recognizes(string path)
    {
        if (FilePath(path) is not { } file || !File.Exists(file))
        {
            return false;
        }

        using StreamReader reader = new(file);
        char[] start = new char[1024];
        return new string(start, 0, reader.ReadBlock(start)).Contains("<annotations>", StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public LabelRead Read(string path, LabelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string source = FilePath(path) ?? path;
        string file = Path.GetFileName(source);
        List<XElement> elements = XmlLabels.Elements(source, options, "image", "labels", "track");
        XElement[] rows = [.. elements.Where(element => element.Name.LocalName == "image")];
        if (rows.Length == 0 && elements.Any(element => element.Name.LocalName == "track"))
        {
            throw new LabelFormatException(file, null, "unsupported_format", "it holds the tracks of a video and no images; export the task as \"CVAT for images 1.1\"");
        }

        XElement[] labels = [.. elements.Where(element => element.Name.LocalName == "labels").SelectMany(list => list.Elements("label"))];

        // A joint's label names the skeleton that it belongs to.
        ILookup<string, string> joints = labels.Where(label => label.Element("parent") is not null).ToLookup(label => label.Element("parent")!.Value, label => label.Element("name")?.Value ?? "");
        string[] declared = [.. labels.Where(label => label.Element("parent") is null).Select(label => label.Element("name")?.Value ?? "").Distinct()];
        string[] used = [.. rows.SelectMany(row => row.Elements()).Select(shape => shape.Attribute("label")?.Value ?? "").Distinct().Order(StringComparer.Ordinal)];
        ReadReportBuilder report = new();
        NamedBoxes named = new(options.Classes ?? (declared.Length > 0 ? declared : used), report);
        bool isClassification = rows.Length > 0 && rows.All(row => row.Elements().All(shape => shape.Name.LocalName == "tag"))
            && rows.Any(row => row.Elements().Any());
        List<LabelledImage> images = [];
        foreach (XElement row in rows)
        {
            string name = ImageNames.Checked(row.Attribute("name")?.Value ?? "", file);
            if (!report.IsFirst(name, name, "occurs before: what is drawn on it here is left out"))
            {
                continue;
            }

            XmlLabels.WarnOfSize(row, name, report);
            LabelledImage image = new(
                name, XmlLabels.Side(row, "width"), XmlLabels.Side(row, "height"), new DetectionTruth([]));
            Truth? truth = isClassification ? Tag(row, image.FileName, named.Classes, report) : named.Truth(image.FileName, Shapes(row, image, joints, options, report));
            if (truth is not null)
            {
                images.Add(image with { Truth = truth });
            }
        }

        List<string> notFound = ImageNames.NotFound(images.Select(image => image.FileName), options.ImageFolder);
        LabelSet set = isClassification ? new(VisionTask.Classification, named.Classes, images) : DrawnObjects.Settle(named.Classes, images, options);
        return new(set, report.Build(rows.Length, isClassification ? images.Count : named.KeptCount, notFound));
    }

    /// <inheritdoc/>
    public void Write(LabelSet set, string path)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (!Tasks.Contains(set.Task))
        {
            throw new NotSupportedException($"CVAT holds boxes, shapes and tags, not {set.Task}.");
        }

        XElement labels = new("labels", set.Classes.SelectMany((name, index) => Label(name, JointCount(set, index))));
        XElement root = new(
            "annotations",
            new XElement("version", "1.1"),
            new XElement("meta", new XElement("task", labels)),
            set.Images.Select((image, index) => new XElement(
                "image",
                new XAttribute("id", index),
                new XAttribute("name", image.FileName),
                new XAttribute("width", image.Width ?? 0),
                new XAttribute("height", image.Height ?? 0),
                Shapes(image.Truth, set.Classes))));
        new XDocument(root).Save(Directory.Exists(path) ? Path.Combine(path, FileName!) : path);
    }

    /// <summary>A class, and for a skeleton the labels of its joints, which are called by their numbers.</summary>
    private static IEnumerable<XElement> Label(string name, int jointCount)
    {
        yield return new XElement("label", new XElement("name", name), jointCount > 0 ? new XElement("type", "skeleton") : null);
        for (int joint = 1; joint <= jointCount; joint++)
        {
            yield return new XElement("label", new XElement("name", joint), new XElement("type", "points"), new XElement("parent", name));
        }
    }

    private static int JointCount(LabelSet set, int classIndex) =>
        set.Images.SelectMany(image => DrawnObjects.Of(image.Truth)).Where(one => one.Box.ClassIndex == classIndex).Select(one => one.Joints.Count / 3).DefaultIfEmpty(0).Max();

    private static ClassificationTruth? Tag(XElement row, string image, IReadOnlyList<string> classes, ReadReportBuilder report)
    {
        string[] tags = [.. row.Elements("tag").Select(tag => tag.Attribute("label")?.Value ?? "")];
        int index = tags.Length == 1 ? classes.ToList().IndexOf(tags[0]) : -1;
        if (index < 0)
        {
            report.Drop(image, tags.Length == 1 ? "unknown_category" : "not_one_tag", tags.Length == 1 ? $"there is no class '{tags[0]}'" : $"it has {tags.Length} tags, not one");
            return null;
        }

        return new(index);
    }

    private static List<(string Name, TruthInstance Object)> Shapes(XElement row, LabelledImage image, ILookup<string, string> joints, LabelOptions options, ReadReportBuilder report)
    {
        List<GroupedShape> shapes = [];
        int number = 0;
        foreach (XElement shape in row.Elements())
        {
            number++;
            try
            {
                string name = shape.Attribute("label")?.Value ?? "";
                TruthInstance drawn = CvatShape.Read(shape, image, [.. joints[name].Distinct()], options);
                BoxRules.Checked(drawn.Box.Box, image.Width, image.Height);
                string? group = shape.Attribute("group_id")?.Value is { Length: > 0 } given and not "0" ? given : null;
                shapes.Add(new(name, group, shape.Name.LocalName == "box", drawn));
            }
            catch (RowException reason)
            {
                report.Drop($"{image.FileName}, shape {number}", reason.Code, reason.Message);
            }
        }

        return Grouped.Join(shapes);
    }

    private static IEnumerable<XElement> Shapes(Truth truth, IReadOnlyList<string> classes) => truth switch
    {
        ClassificationTruth(int classIndex) => [new XElement("tag", new XAttribute("label", classes[classIndex]))],
        _ => DrawnObjects.Of(truth).SelectMany((drawn, index) => Shape(drawn, new XAttribute("label", classes[drawn.Box.ClassIndex]), index + 1)),
    };

    /// <summary>A mask, a polygon per part of the outline, or a box; several shapes of one object share a group.</summary>
    private static IEnumerable<XElement> Shape(TruthInstance drawn, XAttribute label, int number)
    {
        XAttribute occluded = new("occluded", 0);
        XAttribute group = new("group_id", drawn.Joints.Count > 0 || drawn.Polygons.Count > 1 ? number : 0);
        if (drawn.Joints.Count > 0)
        {
            yield return CvatShape.Skeleton(drawn.Joints, label, group);
        }

        if (drawn.Mask is { } mask)
        {
            yield return new XElement("mask", label, CvatShape.Write(mask), occluded, group);
            yield break;
        }

        foreach (IReadOnlyList<double> polygon in drawn.Polygons)
        {
            yield return new XElement("polygon", label, new XAttribute("points", Points(polygon)), occluded, group);
        }

        if (drawn.Polygons.Count == 0)
        {
            yield return new XElement(
                "box",
                label,
                new XAttribute("xtl", Text(drawn.Box.Box.X)),
                new XAttribute("ytl", Text(drawn.Box.Box.Y)),
                new XAttribute("xbr", Text(drawn.Box.Box.Right)),
                new XAttribute("ybr", Text(drawn.Box.Box.Bottom)),
                occluded,
                group);
        }
    }

    private static string Points(IReadOnlyList<double> polygon) => string.Join(';', polygon.Chunk(2).Select(corner => $"{Text(corner[0])},{Text(corner[1])}"));

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static string? FilePath(string path) => Directory.Exists(path)
        ? Path.Combine(path, "annotations.xml")
        : Path.GetExtension(path).Equals(".xml", StringComparison.OrdinalIgnoreCase) ? path : null;
}
