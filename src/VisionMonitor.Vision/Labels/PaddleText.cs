using System.Globalization;
using System.Text;
using System.Text.Json;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Json;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>
/// PaddleOCR's text file: a line per image with its name, a tab, and either the text that the whole image shows or a JSON list of
/// <c>{"transcription", "points"}</c>. <c>###</c> and <c>*</c> are what nobody can read.
/// </summary>
public sealed class PaddleText : ILabelFormat
{
    /// <inheritdoc/>
    public string Id => "paddle-ocr";

    /// <inheritdoc/>
    public IReadOnlyList<VisionTask> Tasks { get; } = [VisionTask.Text];

    /// <inheritdoc/>
    public string? FileName => "Label.txt";

    /// <inheritdoc/>
    public LabelFeatures Holds => LabelFeatures.None;

    /// <inheritdoc/>
    public bool Recognizes(string path)
    {
        if (!File.Exists(path) || Path.GetExtension(path).ToLowerInvariant() is not (".txt" or ".tsv"))
        {
            return false;
        }

        using StreamReader reader = new(path);
        string[] words = (reader.ReadLine() ?? "").Split('\t');
        return words.Length == 2 && ImageFiles.IsImage(words[0].Trim());
    }

    /// <inheritdoc/>
    public LabelRead Read(string path, LabelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string file = Path.GetFileName(path);
        ReadReportBuilder report = new();
        List<LabelledImage> images = [];
        string[] lines = TextLabels.Read(path).Split('\n');
        int kept = 0;
        for (int line = 0; line < lines.Length; line++)
        {
            string text = lines[line].TrimEnd('\r');
            int tab = text.IndexOf('\t', StringComparison.Ordinal);
            if (tab <= 0)
            {
                if (text.Length > 0)
                {
                    report.Drop($"{file}, line {line + 1}", "invalid_row", "there is no tab between image and text");
                }

                continue;
            }

            string name = ImageNames.Checked(text[..tab].Trim(), file);
            if (!report.IsFirst(name, $"{file}, line {line + 1}", "occurs before: this line is left out"))
            {
                continue;
            }

            List<TruthLine> found = Lines(text[(tab + 1)..], file, line + 1, report);
            kept += found.Count;
            images.Add(new(name, null, null, new TextTruth(found)));
        }

        return new(new(VisionTask.Text, [], images), report.Build(images.Count, kept, ImageNames.NotFound(images.Select(image => image.FileName), options.ImageFolder)));
    }

    /// <inheritdoc/>
    public void Write(LabelSet set, string path)
    {
        ArgumentNullException.ThrowIfNull(set);
        StringBuilder text = new();
        foreach (LabelledImage image in set.Images)
        {
            IReadOnlyList<TruthLine> lines = image.Truth is TextTruth truth ? truth.Lines : throw new NotSupportedException($"PaddleOCR's file holds text, not {set.Task}.");
            bool isWhole = lines is [{ Corners.Count: 0 }];
            text.Append(image.FileName).Append('\t').Append(isWhole ? Written(lines[0]) : Json(lines)).Append('\n');
        }

        File.WriteAllText(path, text.ToString());
    }

    private static List<TruthLine> Lines(string text, string file, int line, ReadReportBuilder report)
    {
        if (!text.TrimStart().StartsWith('['))
        {
            return [new(text, [], IsUnreadable(text))];
        }

        if (JsonEscapes.LineOfLoneSurrogate(Encoding.UTF8.GetBytes(text)) is not null)
        {
            report.Drop($"{file}, line {line}", "invalid_json", "an escape such as \\ud800 is half of a character");
            return [];
        }

        List<TruthLine> lines = [];
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new() { MaxDepth = 8 });
            foreach (JsonElement row in document.RootElement.EnumerateArray())
            {
                try
                {
                    string said = JsonFields.Text(row, "transcription");
                    double[] corners = [.. JsonFields.Required(row, "points", JsonValueKind.Array).EnumerateArray().SelectMany(point =>
                        point.ValueKind == JsonValueKind.Array && point.GetArrayLength() == 2
                            ? (double[])[JsonFields.Number(point[0], "points"), JsonFields.Number(point[1], "points")]
                            : throw new RowException("wrong_type", "a point is not two numbers"))];
                    lines.Add(corners.Length >= 6 ? new(said, corners, IsUnreadable(said)) : throw new RowException("invalid_polygon", "a line needs at least three points"));
                }
                catch (RowException reason)
                {
                    report.Drop($"{file}, line {line}", reason.Code, reason.Message);
                }
            }
        }
        catch (JsonException) when (!text.TrimStart().StartsWith("[{", StringComparison.Ordinal))
        {
            // A text may begin with a bracket, too.
            return [new(text, [], false)];
        }
        catch (JsonException damage)
        {
            report.Drop($"{file}, line {line}", "invalid_json", $"its list of lines is damaged: {JsonLabels.SentenceOf(damage)}");
            return [];
        }

        return lines;
    }

    private static string Written(TruthLine line) => line is { IsIgnored: true, Text: "*" } ? line.Text : TextLabels.Written(line);

    private static bool IsUnreadable(string text) => text is TextLabels.Unreadable or "*";

    private static string Json(IReadOnlyList<TruthLine> lines)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartArray();
            foreach (TruthLine line in lines)
            {
                json.WriteStartObject();
                json.WriteString("transcription", Written(line));
                json.WriteStartArray("points");
                for (int at = 0; at + 1 < line.Corners.Count; at += 2)
                {
                    json.WriteStartArray();
                    json.WriteNumberValue(line.Corners[at]);
                    json.WriteNumberValue(line.Corners[at + 1]);
                    json.WriteEndArray();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
