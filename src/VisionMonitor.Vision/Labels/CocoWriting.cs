using System.Text.Json;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>Writes COCO instances; ids count from 1, categories in the order of the classes.</summary>
internal static class CocoWriting
{
    public static void Write(Utf8JsonWriter json, LabelSet set)
    {
        json.WriteStartObject();
        json.WriteStartArray("images");
        for (int index = 0; index < set.Images.Count; index++)
        {
            WriteImage(json, index + 1, set.Images[index]);
        }

        json.WriteEndArray();
        json.WriteStartArray("annotations");
        int id = 1;
        for (int index = 0; index < set.Images.Count; index++)
        {
            foreach (TruthInstance drawn in DrawnObjects.Of(set.Images[index].Truth))
            {
                WriteAnnotation(json, id++, index + 1, drawn);
            }
        }

        json.WriteEndArray();
        json.WriteStartArray("categories");
        for (int index = 0; index < set.Classes.Count; index++)
        {
            json.WriteStartObject();
            json.WriteNumber("id", index + 1);
            json.WriteString("name", set.Classes[index]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteImage(Utf8JsonWriter json, int id, LabelledImage image)
    {
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteString("file_name", image.FileName);
        if (image is { Width: { } width, Height: { } height })
        {
            json.WriteNumber("width", width);
            json.WriteNumber("height", height);
        }

        json.WriteEndObject();
    }

    private static void WriteAnnotation(Utf8JsonWriter json, int id, int imageId, TruthInstance drawn)
    {
        TruthBox box = drawn.Box;
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteNumber("image_id", imageId);
        json.WriteNumber("category_id", box.ClassIndex + 1);
        json.WriteStartArray("bbox");
        json.WriteNumberValue(box.Box.X);
        json.WriteNumberValue(box.Box.Y);
        json.WriteNumberValue(box.Box.Width);
        json.WriteNumberValue(box.Box.Height);
        json.WriteEndArray();
        json.WriteNumber("area", box.AreaPixels);
        json.WriteNumber("iscrowd", box.IsCrowd ? 1 : 0);
        WriteShape(json, drawn);
        json.WriteEndObject();
    }

    private static void WriteShape(Utf8JsonWriter json, TruthInstance drawn)
    {
        if (drawn.Mask is { } mask)
        {
            json.WriteStartObject("segmentation");
            WriteNumbers(json, "size", [mask.Height, mask.Width]);
            json.WriteString("counts", mask.ToText());
            json.WriteEndObject();
        }
        else if (drawn.Polygons.Count > 0)
        {
            json.WriteStartArray("segmentation");
            foreach (IReadOnlyList<double> polygon in drawn.Polygons)
            {
                WriteNumbers(json, null, polygon);
            }

            json.WriteEndArray();
        }

        if (drawn.Joints.Count > 0)
        {
            WriteNumbers(json, "keypoints", drawn.Joints);
            json.WriteNumber("num_keypoints", drawn.Joints.Where((_, at) => at % 3 == 2).Count(visibility => visibility > 0));
        }
    }

    private static void WriteNumbers(Utf8JsonWriter json, string? name, IReadOnlyList<double> numbers)
    {
        if (name is null)
        {
            json.WriteStartArray();
        }
        else
        {
            json.WriteStartArray(name);
        }

        foreach (double number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }
}
