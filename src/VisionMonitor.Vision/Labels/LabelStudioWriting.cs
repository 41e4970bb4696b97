using System.Text.Json;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>Writes Label Studio's tasks; what it calls <c>from_name</c> and <c>to_name</c> are its own examples' names.</summary>
internal static class LabelStudioWriting
{
    public static void Write(Stream stream, LabelSet set)
    {
        using Utf8JsonWriter json = new(stream);
        json.WriteStartArray();
        for (int index = 0; index < set.Images.Count; index++)
        {
            LabelledImage image = set.Images[index];
            json.WriteStartObject();
            json.WriteNumber("id", index + 1);
            json.WriteStartObject("data");
            json.WriteString("image", image.FileName);
            if (image is { Width: { } width, Height: { } height })
            {
                // A result says the size; an image without results would have none.
                json.WriteNumber("width", width);
                json.WriteNumber("height", height);
            }

            json.WriteEndObject();
            json.WriteStartArray("annotations");
            json.WriteStartObject();
            json.WriteStartArray("result");
            if (image.Truth is ClassificationTruth(int chosen))
            {
                WriteResult(json, "choices", set.Classes[chosen], image, _ => { });
            }

            if (image.Truth is TextTruth { Lines: var lines })
            {
                LabelStudioText.Write(json, lines, image);
            }

            foreach (TruthInstance drawn in DrawnObjects.Of(image.Truth))
            {
                Write(json, drawn, set.Classes[drawn.Box.ClassIndex], image);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, TruthInstance drawn, string label, LabelledImage image)
    {
        if (image is not { Width: { } width, Height: { } height })
        {
            throw new NotSupportedException($"Label Studio needs the size of {image.FileName}.");
        }

        // Regions have no parts: an object in several is painted.
        if ((drawn.Polygons.Count > 1 ? drawn.Pixels(height, width) : drawn.Mask) is { } mask)
        {
            WriteResult(json, "brushlabels", label, image, value =>
            {
                value.WriteString("format", "rle");
                value.WriteStartArray("rle");
                foreach (byte one in BrushRuns.Write(mask))
                {
                    value.WriteNumberValue(one);
                }

                value.WriteEndArray();
            });
            return;
        }

        foreach (IReadOnlyList<double> polygon in drawn.Polygons)
        {
            WriteResult(json, "polygonlabels", label, image, value => WritePoints(value, polygon, width, height));
        }

        if (drawn.Polygons.Count == 0)
        {
            BoundingBox box = drawn.Box.Box;
            WriteResult(json, "rectanglelabels", label, image, value =>
            {
                value.WriteNumber("x", box.X * 100 / width);
                value.WriteNumber("y", box.Y * 100 / height);
                value.WriteNumber("width", box.Width * 100 / width);
                value.WriteNumber("height", box.Height * 100 / height);
                value.WriteNumber("rotation", 0);
            });
        }
    }

    private static void WriteResult(Utf8JsonWriter json, string type, string label, LabelledImage image, Action<Utf8JsonWriter> shape)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteString("from_name", type == "choices" ? "choice" : "label");
        json.WriteString("to_name", "image");
        if (image is { Width: { } width, Height: { } height })
        {
            json.WriteNumber("original_width", width);
            json.WriteNumber("original_height", height);
        }

        json.WriteStartObject("value");
        shape(json);
        json.WriteStartArray(type);
        json.WriteStringValue(label);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Writes an outline, x before y, in percent of the image.</summary>
    public static void WritePoints(Utf8JsonWriter json, IReadOnlyList<double> polygon, double width, double height)
    {
        json.WriteStartArray("points");
        for (int at = 0; at + 1 < polygon.Count; at += 2)
        {
            json.WriteStartArray();
            json.WriteNumberValue(polygon[at] * 100 / width);
            json.WriteNumberValue(polygon[at + 1] * 100 / height);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }
}
