using System.Text.Json;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>
/// Checks the shape of a COCO segmentation without drawing it: polygons as lists, or a run-length mask as counts or compressed text.
/// </summary>
internal static class CocoSegmentation
{
    public static void Check(JsonElement segmentation, LabelledImage image, LabelOptions options)
    {
        switch (segmentation.ValueKind)
        {
            case JsonValueKind.Array:
                foreach (JsonElement polygon in segmentation.EnumerateArray())
                {
                    CheckPolygon(polygon);
                }

                break;
            case JsonValueKind.Object:
                CheckRuns(segmentation, image, options);
                break;
            default:
                throw new RowException("wrong_type", $"segmentation is {segmentation.ValueKind}");
        }
    }

    /// <summary>The object with the shape of a segmentation that <see cref="Check"/> let through.</summary>
    public static TruthInstance Draw(TruthInstance drawn, JsonElement segmentation)
    {
        if (segmentation.ValueKind == JsonValueKind.Array)
        {
            return drawn with { Polygons = [.. segmentation.EnumerateArray().Select(polygon => (IReadOnlyList<double>)[.. polygon.EnumerateArray().Select(number => number.GetDouble())])] };
        }

        JsonElement size = segmentation.GetProperty("size");
        (int height, int width) = (size[0].GetInt32(), size[1].GetInt32());
        JsonElement counts = segmentation.GetProperty("counts");
        return drawn with
        {
            Mask = counts.ValueKind == JsonValueKind.String
                ? RunLengthMask.FromText(height, width, System.Text.Encoding.UTF8.GetBytes(counts.GetString()!))
                : RunLengthMask.FromCounts(height, width, [.. counts.EnumerateArray().Select(count => count.GetUInt32())]),
        };
    }

    private static void CheckPolygon(JsonElement polygon)
    {
        if (polygon.ValueKind != JsonValueKind.Array || polygon.GetArrayLength() is int length && (length < 6 || length % 2 != 0))
        {
            throw new RowException("invalid_polygon", "a polygon needs at least three pairs of numbers");
        }

        foreach (JsonElement number in polygon.EnumerateArray())
        {
            JsonFields.Number(number, "segmentation");
        }
    }

    private static void CheckRuns(JsonElement mask, LabelledImage image, LabelOptions options)
    {
        JsonElement size = JsonFields.Required(mask, "size", JsonValueKind.Array);
        if (size.GetArrayLength() != 2 || !size[0].TryGetInt64(out long height) || !size[1].TryGetInt64(out long width) || height <= 0 || width <= 0)
        {
            throw new RowException("wrong_type", "a mask's size is not two whole numbers");
        }

        if (height > options.MaxMaskPixels || width > options.MaxMaskPixels || height * width > options.MaxMaskPixels)
        {
            throw new RowException("mask_too_large", $"a mask of {width} × {height} pixels; at most {options.MaxMaskPixels} are read");
        }

        if (image is { Width: { } imageWidth, Height: { } imageHeight } && (imageWidth, imageHeight) != (width, height))
        {
            throw new RowException("mask_size_mismatch", $"a mask of {width} × {height} pixels in an image of {imageWidth} × {imageHeight}; its size is height, then width");
        }

        if (!mask.TryGetProperty("counts", out JsonElement counts))
        {
            throw new RowException("missing_field", "a mask has no counts");
        }

        switch (counts.ValueKind)
        {
            case JsonValueKind.Array when SumOf(counts) is long sum && sum != height * width:
                throw new RowException("mask_size_mismatch", $"a mask's counts add up to {sum}, its size is {height * width}");
            case JsonValueKind.String:
                CheckText((int)width, (int)height, counts.GetString()!);
                break;
            case not JsonValueKind.Array:
                throw new RowException("wrong_type", "a mask's counts are neither a list nor text");
        }
    }

    private static void CheckText(int width, int height, string text)
    {
        try
        {
            RunLengthMask.FromText(height, width, System.Text.Encoding.UTF8.GetBytes(text));
        }
        catch (Exception damage) when (damage is ArgumentException or IndexOutOfRangeException)
        {
            throw new RowException("mask_size_mismatch", $"a mask's compressed counts are damaged or do not fill its {width} × {height} pixels ({damage.GetType().Name})");
        }
    }

    private static long SumOf(JsonElement counts)
    {
        long sum = 0;
        foreach (JsonElement count in counts.EnumerateArray())
        {
            if (count.ValueKind != JsonValueKind.Number || !count.TryGetInt32(out int run) || run < 0)
            {
                throw new RowException("mask_size_mismatch", "a mask's count is not a whole number from 0");
            }

            sum += run;
        }

        return sum;
    }
}
