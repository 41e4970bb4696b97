using System.Text.Json;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>
/// Label Studio's OCR template: a region (rectangle or polygon in percent) and a <c>textarea</c> of the same id that says what is written there. A textarea
/// without a region is the text of the whole image. <c>###</c> is what nobody can read.
/// </summary>
internal static class LabelStudioText
{

    /// <summary>Whether tasks are of texts: a region has a transcription, or there are transcriptions and no regions.</summary>
    public static bool Is(JsonElement tasks)
    {
        (bool hasRegion, bool hasText) = (false, false);
        foreach (JsonElement task in tasks.EnumerateArray())
        {
            HashSet<string> placed = [], transcribed = [];
            foreach (JsonElement result in Results(task))
            {
                bool isText = TypeOf(result) == "textarea";
                if (isText && HasPlace(result))
                {
                    return true;
                }

                (hasRegion, hasText) = (hasRegion || HasPlace(result), hasText || isText);
                if (IdOf(result) is { } id)
                {
                    _ = isText && transcribed.Add(id);
                    _ = HasPlace(result) && placed.Add(id);
                }
            }

            if (placed.Overlaps(transcribed))
            {
                return true;
            }
        }

        return hasText && !hasRegion;
    }

    public static LabelRead Read(JsonElement tasks, string file, LabelOptions options)
    {
        ReadReportBuilder report = new();
        List<LabelledImage> images = [];
        int number = 0, kept = 0;
        foreach (JsonElement task in tasks.EnumerateArray())
        {
            number++;
            try
            {
                LabelledImage image = ReadTask(task, number, file, report);
                kept += ((TextTruth)image.Truth).Lines.Count;
                images.Add(image);
            }
            catch (RowException reason)
            {
                report.Drop($"task {number}", reason.Code, reason.Message);
            }
        }

        return new(new(VisionTask.Text, [], images), report.Build(number, kept, ImageNames.NotFound(images.Select(image => image.FileName), options.ImageFolder)));
    }

    /// <summary>A rectangle where the corners are one, else a polygon, and its transcription.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<TruthLine> lines, LabelledImage image)
    {
        for (int index = 0; index < lines.Count; index++)
        {
            TruthLine line = lines[index];
            if (line.Corners.Count > 0 && image is not { Width: not null, Height: not null })
            {
                throw new NotSupportedException($"Label Studio needs the size of {image.FileName}.");
            }

            string id = FormattableString.Invariant($"line-{index + 1}");
            if (line.Corners.Count > 0)
            {
                WriteResult(json, id, IsUpright(line.Corners) ? "rectangle" : "polygon", "bbox", line, image, isTranscription: false);
            }

            WriteResult(json, id, "textarea", "transcription", line, image, isTranscription: true);
        }
    }

    private static LabelledImage ReadTask(JsonElement task, int number, string file, ReadReportBuilder report)
    {
        LabelledImage image = LabelStudioJson.ImageOf(task, file);
        List<string> order = [];
        Dictionary<string, double[]> places = [];
        Dictionary<string, string> texts = [];
        int place = 0;
        foreach (JsonElement result in LabelStudioJson.Results(task))
        {
            place++;
            try
            {
                string id = IdOf(result) ?? FormattableString.Invariant($"\0{place}");
                (int? width, int? height) = (JsonFields.Side(result, "original_width"), JsonFields.Side(result, "original_height"));
                image = image with { Width = width ?? image.Width, Height = height ?? image.Height };
                if (TypeOf(result) is not ("textarea" or "rectangle" or "polygon" or "labels" or "rectanglelabels" or "polygonlabels"))
                {
                    throw new RowException("unsupported_shape", $"a result of type '{TypeOf(result)}' is not read");
                }

                if (!order.Contains(id))
                {
                    order.Add(id);
                }

                if (HasPlace(result))
                {
                    places.TryAdd(id, Corners(result, width, height));
                }

                if (TypeOf(result) == "textarea")
                {
                    texts[id] = TextOf(JsonFields.Required(result, "value", JsonValueKind.Object));
                }
            }
            catch (RowException reason)
            {
                report.Drop($"task {number}, result {place}", reason.Code, reason.Message);
            }
        }

        List<TruthLine> lines = [];
        foreach (string id in order)
        {
            if (texts.TryGetValue(id, out string? text))
            {
                lines.Add(new(text, places.GetValueOrDefault(id, []), text == TextLabels.Unreadable));
            }
            else if (places.ContainsKey(id))
            {
                report.Drop($"task {number}, region {order.IndexOf(id) + 1}", "no_transcription", "nobody has written down what it says");
            }
        }

        return image with { Truth = new TextTruth(lines) };
    }

    private static double[] Corners(JsonElement result, int? width, int? height)
    {
        if (width is not { } across || height is not { } down)
        {
            throw new RowException("missing_field", "original_width and original_height are missing");
        }

        JsonElement value = JsonFields.Required(result, "value", JsonValueKind.Object);
        if (value.TryGetProperty("points", out _))
        {
            return LabelStudioJson.Points(value, across, down);
        }

        TruthInstance rectangle = LabelStudioJson.Rectangle(value, across, down);
        Metrics.Geometry.BoundingBox box = BoxRules.Checked(rectangle.Box.Box, across, down);
        return rectangle.Polygons.Count > 0 ? [.. rectangle.Polygons[0]] : DrawnObjects.Turned(box, 0, 0, 0);
    }

    private static string TextOf(JsonElement value)
    {
        JsonElement text = value.TryGetProperty("text", out JsonElement given) ? given : throw new RowException("missing_field", "text is missing");
        return text.ValueKind switch
        {
            JsonValueKind.String => text.GetString()!,
            JsonValueKind.Array when text.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String) => string.Join(' ', text.EnumerateArray().Select(one => one.GetString())),
            _ => throw new RowException("wrong_type", "text is no list of texts"),
        };
    }

    private static IEnumerable<JsonElement> Results(JsonElement task)
    {
        try
        {
            return LabelStudioJson.Results(task);
        }
        catch (RowException)
        {
            // The reader names it; here it is only no sign of texts.
            return [];
        }
    }

    private static string? IdOf(JsonElement result) =>
        result.ValueKind == JsonValueKind.Object && result.TryGetProperty("id", out JsonElement id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;

    private static string TypeOf(JsonElement result) =>
        result.ValueKind == JsonValueKind.Object && result.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String ? type.GetString()! : "";

    private static bool HasPlace(JsonElement result) => result.ValueKind == JsonValueKind.Object && result.TryGetProperty("value", out JsonElement value)
        && value.ValueKind == JsonValueKind.Object && (value.TryGetProperty("x", out _) || value.TryGetProperty("points", out _));

    private static bool IsUpright(IReadOnlyList<double> corners) => corners is [double left, double top, double right, double top2, double right2, double bottom, double left2, double bottom2]
        && left == left2 && right == right2 && top == top2 && bottom == bottom2 && right > left && bottom > top;

    private static void WriteResult(Utf8JsonWriter json, string id, string type, string from, TruthLine line, LabelledImage image, bool isTranscription)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("type", type);
        json.WriteString("from_name", from);
        json.WriteString("to_name", "image");
        if (image is { Width: { } width, Height: { } height })
        {
            json.WriteNumber("original_width", width);
            json.WriteNumber("original_height", height);
        }

        json.WriteStartObject("value");
        WritePlace(json, line.Corners, image);
        if (isTranscription)
        {
            json.WriteStartArray("text");
            json.WriteStringValue(TextLabels.Written(line));
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WritePlace(Utf8JsonWriter json, IReadOnlyList<double> corners, LabelledImage image)
    {
        if (corners.Count == 0 || image is not { Width: { } width, Height: { } height })
        {
            return;
        }

        if (IsUpright(corners))
        {
            json.WriteNumber("x", corners[0] * 100 / width);
            json.WriteNumber("y", corners[1] * 100 / height);
            json.WriteNumber("width", (corners[2] - corners[0]) * 100 / width);
            json.WriteNumber("height", (corners[5] - corners[1]) * 100 / height);
            json.WriteNumber("rotation", 0);
            return;
        }

        LabelStudioWriting.WritePoints(json, corners, width, height);
    }
}
