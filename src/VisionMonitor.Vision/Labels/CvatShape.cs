using System.Globalization;
using System.Xml.Linq;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>One shape of CVAT as the box around it, with the shape's own area and, but for plain boxes, its outline or mask.</summary>
internal static class CvatShape
{
    // An ellipse as a polygon of so many corners differs from it by less than 0.2 % of its area.
    private const int EllipseCorners = 64;

    /// <summary>The shape as an object of class 0.</summary>
    /// <param name="shape">The element.</param>
    /// <param name="image">The image, for the size of masks.</param>
    /// <param name="joints">The names of a skeleton's joints in their order, where the file declares them.</param>
    /// <param name="options">How labels are read.</param>
    public static TruthInstance Read(XElement shape, LabelledImage image, IReadOnlyList<string> joints, LabelOptions options) => shape.Name.LocalName switch
    {
        "box" => Box(shape),
        "polygon" => DrawnObjects.OfPolygon(0, Points(shape, 3)),
        "ellipse" => Ellipse(shape),
        "mask" => Mask(shape, image, options),
        "cuboid" => DrawnObjects.OfPolygon(0, Cuboid(shape)),
        "skeleton" => Skeleton(shape, joints),
        "points" or "polyline" => throw new RowException("unsupported_shape", $"{(shape.Name.LocalName == "points" ? "points have" : "a line has")} no area; joints are read from skeletons"),
        string other => throw new RowException("unsupported_shape", $"a {other} is no object with an area"),
    };

    private static TruthInstance Box(XElement shape)
    {
        BoundingBox box = BoundingBox.FromCorners(XmlLabels.Number(shape, "xtl"), XmlLabels.Number(shape, "ytl"), XmlLabels.Number(shape, "xbr"), XmlLabels.Number(shape, "ybr"));
        double turn = shape.Attribute("rotation") is null ? 0 : XmlLabels.Number(shape, "rotation");
        if (turn == 0)
        {
            return new(new TruthBox(0, box));
        }

        // CVAT turns a box about its centre.
        double[] corners = DrawnObjects.Turned(box, turn, box.X + box.Width / 2, box.Y + box.Height / 2);
        return new(new TruthBox(0, Polygon.Bounds(corners), box.Area)) { Polygons = [corners] };
    }

    /// <summary>An ellipse, perhaps turned about its centre: its own box and area, and corners on its rim for its outline.</summary>
    private static TruthInstance Ellipse(XElement shape)
    {
        (double x, double y) = (XmlLabels.Number(shape, "cx"), XmlLabels.Number(shape, "cy"));
        (double across, double down) = (XmlLabels.Number(shape, "rx"), XmlLabels.Number(shape, "ry"));
        if (across <= 0 || down <= 0)
        {
            throw new RowException("invalid_box", "a radius of the ellipse is not positive");
        }

        double turn = shape.Attribute("rotation") is null ? 0 : XmlLabels.Number(shape, "rotation") * Math.PI / 180;
        (double sin, double cos) = Math.SinCos(turn);
        double[] rim = new double[2 * EllipseCorners];
        for (int corner = 0; corner < EllipseCorners; corner++)
        {
            (double up, double along) = Math.SinCos(2 * Math.PI * corner / EllipseCorners);
            (rim[2 * corner], rim[2 * corner + 1]) = (x + across * along * cos - down * up * sin, y + across * along * sin + down * up * cos);
        }

        (double halfWidth, double halfHeight) = (double.Hypot(across * cos, down * sin), double.Hypot(across * sin, down * cos));
        return new(new TruthBox(0, new BoundingBox(x - halfWidth, y - halfHeight, 2 * halfWidth, 2 * halfHeight), Math.PI * across * down)) { Polygons = [rim] };
    }

    /// <summary>The eight corners of a cuboid are seen in the picture as their convex hull.</summary>
    private static double[] Cuboid(XElement shape)
    {
        (double X, double Y)[] corners =
        [
            .. from side in (string[])["tl", "bl", "tr", "br"]
               from face in (string[])["1", "2"]
               select (XmlLabels.Number(shape, $"x{side}{face}"), XmlLabels.Number(shape, $"y{side}{face}")),
        ];
        return Polygon.Hull(corners);
    }

    /// <summary>Joints in the declared order; a joint outside of the picture is not labelled (0), an occluded one hidden (1), others visible (2).</summary>
    private static TruthInstance Skeleton(XElement shape, IReadOnlyList<string> names)
    {
        XElement[] points = [.. shape.Elements("points")];
        string[] order = names.Count > 0 ? [.. names] : [.. points.Select(point => point.Attribute("label")?.Value ?? "")];
        double[] joints = new double[3 * order.Length];
        foreach (XElement point in points)
        {
            int index = Array.IndexOf(order, point.Attribute("label")?.Value ?? "");
            if (index < 0)
            {
                throw new RowException("unknown_category", $"its skeleton has no joint '{point.Attribute("label")?.Value}'");
            }

            if (point.Attribute("outside")?.Value != "1" && Points(point, 1) is [double x, double y])
            {
                (joints[3 * index], joints[3 * index + 1], joints[3 * index + 2]) = (x, y, point.Attribute("occluded")?.Value == "1" ? 1 : 2);
            }
        }

        double[] seen = [.. joints.Chunk(3).Where(joint => joint[2] > 0).SelectMany(joint => joint[..2])];
        return seen.Length > 0
            ? new(new TruthBox(0, Polygon.Bounds(seen))) { Joints = joints }
            : throw new RowException("invalid_keypoints", "a skeleton of which no joint is in the picture");
    }

    /// <summary>A skeleton as CVAT writes it; joints are called by their numbers from 1.</summary>
    public static XElement Skeleton(IReadOnlyList<double> joints, XAttribute label, XAttribute group) => new(
        "skeleton",
        new XAttribute(label),
        new XAttribute(group),
        joints.Chunk(3).Select((joint, index) => new XElement(
            "points",
            new XAttribute("label", index + 1),
            new XAttribute("outside", joint[2] == 0 ? 1 : 0),
            new XAttribute("occluded", joint[2] == 1 ? 1 : 0),
            new XAttribute("points", FormattableString.Invariant($"{joint[0]:R},{joint[1]:R}")))));

    /// <summary>Runs along the rows of the mask's own rectangle, beginning with background.</summary>
    private static TruthInstance Mask(XElement shape, LabelledImage image, LabelOptions options)
    {
        BoundingBox box = new(XmlLabels.Number(shape, "left"), XmlLabels.Number(shape, "top"), XmlLabels.Number(shape, "width"), XmlLabels.Number(shape, "height"));
        if (box.Area > options.MaxMaskPixels)
        {
            throw new RowException("mask_too_large", $"a mask of {box.Area} pixels; at most {options.MaxMaskPixels} are read");
        }

        (double all, double inside, bool isInside) = (0, 0, false);
        foreach (string word in (shape.Attribute("rle")?.Value ?? "").Split(','))
        {
            if (!int.TryParse(word.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int run))
            {
                throw new RowException("mask_size_mismatch", "a mask's run is not a whole number");
            }

            all += run;
            inside += isInside ? run : 0;
            isInside = !isInside;
        }

        TruthInstance drawn = all == box.Area ? new(new TruthBox(0, box, inside)) : throw new RowException("mask_size_mismatch", $"a mask's runs add up to {all}, its size is {box.Area}");
        // Beyond the limit a mask would be painted over an image of a size that only the file claims.
        return options.KeepShapes && image is { Width: { } width, Height: { } height } && (long)width * height <= options.MaxMaskPixels
            ? drawn with { Mask = Paint(shape.Attribute("rle")!.Value, box, width, height) }
            : drawn;
    }

    private static RunLengthMask Paint(string runs, in BoundingBox box, int width, int height)
    {
        byte[] pixels = new byte[width * height];
        (int left, int top, int across) = ((int)box.X, (int)box.Y, (int)box.Width);
        (int at, byte value) = (0, 0);
        foreach (string word in runs.Split(','))
        {
            int run = int.Parse(word.Trim(), CultureInfo.InvariantCulture);
            for (int end = at + run; at < end; at++)
            {
                (int x, int y) = (left + at % across, top + at / across);
                if (value == 1 && x >= 0 && x < width && y >= 0 && y < height)
                {
                    pixels[y * width + x] = 1;
                }
            }

            value ^= 1;
        }

        return RunLengthMask.FromPixels(height, width, pixels);
    }

    /// <summary>The attributes of a mask as CVAT writes them: its own rectangle and the runs along that rectangle's rows.</summary>
    public static XAttribute[] Write(RunLengthMask mask)
    {
        BoundingBox box = mask.Bounds;
        return [new("rle", string.Join(", ", CvatRuns.Of(mask).SkipLast(4))), new("left", (int)box.X), new("top", (int)box.Y), new("width", (int)box.Width), new("height", (int)box.Height)];
    }

    private static double[] Points(XElement shape, int atLeast)
    {
        string[] words = (shape.Attribute("points")?.Value ?? "").Split([';', ','], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2 * atLeast || words.Length % 2 != 0)
        {
            throw new RowException("invalid_polygon", $"a {shape.Name.LocalName} needs at least {atLeast} pairs of numbers");
        }

        return [.. words.Select(word => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : throw new RowException("invalid_polygon", "a corner is not a number"))];
    }
}
