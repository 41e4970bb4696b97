using System.Globalization;
using System.Xml.Linq;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Vision.Labels;

/// <summary>One shape of CVAT as the box around it, with the shape's own area.</summary>
internal static class CvatShape
{
    public static TruthBox Read(XElement shape, LabelOptions options) => shape.Name.LocalName switch
    {
        "box" => Box(shape),
        "polygon" => OfPolygon(Points(shape)),
        "ellipse" => Ellipse(shape),
        "mask" => Mask(shape, options),
        string other => throw new RowException("unsupported_shape", $"a {other} has no box"),
    };

    private static TruthBox Box(XElement shape)
    {
        BoundingBox box = BoundingBox.FromCorners(XmlLabels.Number(shape, "xtl"), XmlLabels.Number(shape, "ytl"), XmlLabels.Number(shape, "xbr"), XmlLabels.Number(shape, "ybr"));
        double turn = shape.Attribute("rotation") is null ? 0 : XmlLabels.Number(shape, "rotation") * Math.PI / 180;
        if (turn == 0)
        {
            return new(0, box);
        }

        // CVAT turns a box about its centre.
        double width = Math.Abs(box.Width * Math.Cos(turn)) + Math.Abs(box.Height * Math.Sin(turn));
        double height = Math.Abs(box.Width * Math.Sin(turn)) + Math.Abs(box.Height * Math.Cos(turn));
        return new(0, new BoundingBox(box.X + (box.Width - width) / 2, box.Y + (box.Height - height) / 2, width, height), box.Area);
    }

    private static TruthBox OfPolygon(double[] corners) => new(0, Polygon.Bounds(corners), Polygon.Area(corners));

    private static TruthBox Ellipse(XElement shape)
    {
        (double x, double y) = (XmlLabels.Number(shape, "cx"), XmlLabels.Number(shape, "cy"));
        (double across, double down) = (XmlLabels.Number(shape, "rx"), XmlLabels.Number(shape, "ry"));
        return new(0, new BoundingBox(x - across, y - down, 2 * across, 2 * down), Math.PI * across * down);
    }

    /// <summary>Runs along the rows of the mask's own rectangle, beginning with background.</summary>
    private static TruthBox Mask(XElement shape, LabelOptions options)
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

        return all == box.Area ? new(0, box, inside) : throw new RowException("mask_size_mismatch", $"a mask's runs add up to {all}, its size is {box.Area}");
    }

    private static double[] Points(XElement shape)
    {
        string[] words = (shape.Attribute("points")?.Value ?? "").Split([';', ','], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 6 || words.Length % 2 != 0)
        {
            throw new RowException("invalid_polygon", "a polygon needs at least three pairs of numbers");
        }

        return [.. words.Select(word => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : throw new RowException("invalid_polygon", "a corner is not a number"))];
    }
}
