using System.Globalization;
using System.Xml.Linq;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>One shape of CVAT as the box around it, with the shape's own area and, but for plain boxes, its outline or mask.</summary>
internal static class CvatShape
{
    public static TruthInstance Read(XElement shape, LabelledImage image, LabelOptions options) => shape.Name.LocalName switch
    {
        "box" => Box(shape),
        "polygon" => DrawnObjects.OfPolygon(0, Points(shape)),
        "ellipse" => Ellipse(shape),
        "mask" => Mask(shape, image, options),
        string other => throw new RowException("unsupported_shape", $"a {other} has no box"),
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

    /// <summary>An ellipse has no corners: it is kept as its box with its own area.</summary>
    private static TruthInstance Ellipse(XElement shape)
    {
        (double x, double y) = (XmlLabels.Number(shape, "cx"), XmlLabels.Number(shape, "cy"));
        (double across, double down) = (XmlLabels.Number(shape, "rx"), XmlLabels.Number(shape, "ry"));
        return new(new TruthBox(0, new BoundingBox(x - across, y - down, 2 * across, 2 * down), Math.PI * across * down));
    }

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
        return options.KeepShapes && image is { Width: { } width, Height: { } height }
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
        byte[] pixels = mask.ToPixels();
        List<int> runs = [0];
        for (int y = (int)box.Y; y < (int)box.Bottom; y++)
        {
            for (int x = (int)box.X; x < (int)box.Right; x++)
            {
                int value = pixels[y * mask.Width + x] == 0 ? 0 : 1;
                if (((runs.Count - 1) & 1) == value)
                {
                    runs[^1]++;
                }
                else
                {
                    runs.Add(1);
                }
            }
        }

        return [new("rle", string.Join(", ", runs)), new("left", (int)box.X), new("top", (int)box.Y), new("width", (int)box.Width), new("height", (int)box.Height)];
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
