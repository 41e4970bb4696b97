using System.Globalization;
using SkiaSharp;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Alerting;

/// <summary>A small picture of an image with what was true and what was predicted, for a message.</summary>
public static class EvidencePicture
{
    private const int SidePixels = 320;

    // Okabe–Ito blue and vermilion on a dark rim, so that both are seen on any picture.
    private static readonly SKColor TruthColor = new(0x56, 0xb4, 0xe9);
    private static readonly SKColor PredictedColor = new(0xff, 0x8a, 0x33);
    private static readonly SKColor Rim = new(0, 0, 0, 0x90);

    /// <summary>Draws one picture.</summary>
    /// <param name="name">A file name of our own making.</param>
    /// <param name="place">Camera and time, for the caption.</param>
    /// <param name="image">The decoded image.</param>
    /// <param name="truth">What is known to be true; null when nothing is.</param>
    /// <param name="predicted">What the version says; null when it says nothing.</param>
    /// <param name="classNames">Names in index order.</param>
    /// <param name="operatingConfidence">Boxes below this are left out, 0 to 1.</param>
    public static AlertPicture Draw(string name, string place, DecodedImage image, Truth? truth, Prediction? predicted, IReadOnlyList<string> classNames, double operatingConfidence)
    {
        ArgumentNullException.ThrowIfNull(image);
        byte[] plain = Thumbnails.Encode(image, SidePixels);
        if (Difference(truth, predicted, image, classNames, operatingConfidence) is (PixelLayer layer, bool isDifference))
        {
            byte[] tinted = LayerPicture.Over(plain, layer, LayerPicture.BlankOf(classNames), isDifference);
            return new AlertPicture(name, $"{place}, {(isDifference ? "orange: predicted and not there; yellow: missed; purple: another class" : "as predicted")}", "image/jpeg", tinted);
        }

        BoundingBox[] truthBoxes = truth switch
        {
            DetectionTruth boxes => [.. boxes.Boxes.Where(box => !box.IsCrowd).Select(box => box.Box)],
            TextTruth text => [.. text.Lines.Where(line => !line.IsIgnored && line.Corners.Count >= 6).Select(line => Around(line.Corners))],
            _ => [],
        };
        BoundingBox[] predictedBoxes = predicted switch
        {
            DetectionPrediction found => [.. found.Boxes.Where(box => box.Confidence >= operatingConfidence).Select(box => box.Box)],
            TextPrediction text => [.. text.Lines.Where(line => line.Corners.Count >= 6).Select(line => Around(line.Corners))],
            _ => [],
        };
        byte[] bytes = truthBoxes.Length + predictedBoxes.Length == 0 ? plain : Outline(plain, image.Width, truthBoxes, predictedBoxes);
        return new AlertPicture(name, Caption(place, truth, predicted, classNames, truthBoxes.Length, predictedBoxes.Length), "image/jpeg", bytes);
    }

    /// <summary>Where masks, maps or segments are wrong; without a truth what was predicted. Null for other tasks.</summary>
    private static (PixelLayer Layer, bool IsDifference)? Difference(Truth? truth, Prediction? predicted, DecodedImage image, IReadOnlyList<string> classNames, double operatingConfidence)
    {
        PixelLayer? said = predicted is null ? null : PixelLayer.Of(predicted, image.Width, image.Height, operatingConfidence);
        PixelLayer? known = truth is null ? null : PixelLayer.Of(truth, image.Width, image.Height);
        return said is null ? null
            : known is null || (known.Width, known.Height) != (said.Width, said.Height) ? (said, false)
            : (PixelLayer.Difference(known, said, LayerPicture.BlankOf(classNames)), true);
    }

    private static BoundingBox Around(IReadOnlyList<double> corners)
    {
        double[] across = [.. corners.Where((_, at) => at % 2 == 0)], down = [.. corners.Where((_, at) => at % 2 == 1)];
        return new(across.Min(), down.Min(), across.Max() - across.Min(), down.Max() - down.Min());
    }

    private static string Caption(string place, Truth? truth, Prediction? predicted, IReadOnlyList<string> classNames, int truthCount, int predictedCount)
    {
        string NameOf(int index) => index >= 0 && index < classNames.Count ? classNames[index] : $"class {index}";
        List<string> parts = [place];
        if (truth is ClassificationTruth known)
        {
            parts.Add($"truth: {NameOf(known.ClassIndex)}");
        }

        if (predicted is ClassificationPrediction { Probabilities.Length: > 0 } said)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"predicted: {NameOf(said.TopClassIndex)} ({said.Probabilities[said.TopClassIndex]:F2})"));
        }

        if (truth is DetectionTruth)
        {
            parts.Add($"truth: {truthCount} (blue)");
        }

        if (predicted is DetectionPrediction)
        {
            parts.Add($"predicted: {predictedCount} (orange)");
        }

        if (truth is TextTruth text)
        {
            parts.Add($"truth: {Shortened(text.Lines.Where(line => !line.IsIgnored).Select(line => line.Text))} (blue)");
        }

        if (predicted is TextPrediction read)
        {
            parts.Add($"read: {Shortened(read.Lines.Select(line => line.Text))} (orange)");
        }

        return string.Join(", ", parts);
    }

    private static string Shortened(IEnumerable<string> lines)
    {
        string text = string.Join(" / ", lines);
        return $"“{(text.Length <= 60 ? text : text[..59] + "…")}”";
    }

    private static byte[] Outline(byte[] plain, int widthPixels, BoundingBox[] truth, BoundingBox[] predicted)
    {
        using SKBitmap bitmap = SKBitmap.Decode(plain);
        using SKCanvas canvas = new(bitmap);
        float scale = (float)bitmap.Width / widthPixels;
        Draw(canvas, truth, scale, TruthColor);
        Draw(canvas, predicted, scale, PredictedColor);
        canvas.Flush();
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 85);
        return data.ToArray();
    }

    private static void Draw(SKCanvas canvas, BoundingBox[] boxes, float scale, SKColor color)
    {
        using SKPaint rim = new() { Color = Rim, Style = SKPaintStyle.Stroke, StrokeWidth = 4, IsAntialias = true };
        using SKPaint line = new() { Color = color, Style = SKPaintStyle.Stroke, StrokeWidth = 2, IsAntialias = true };
        foreach (BoundingBox box in boxes)
        {
            SKRect rectangle = new((float)box.X * scale, (float)box.Y * scale, (float)box.Right * scale, (float)box.Bottom * scale);
            canvas.DrawRect(rectangle, rim);
            canvas.DrawRect(rectangle, line);
        }
    }
}
