using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace VisionMonitor.Vision.Labels;

/// <summary>
/// Opens label files of XML that a stranger may have made: no document type (it can read files, call hosts and unfold to gigabytes),
/// bounded nesting, one element in memory at a time.
/// </summary>
internal static class XmlLabels
{
    private const int MaxDepth = 64;

    /// <summary>Every element with one of the names, wherever it stands, each as a small tree.</summary>
    public static List<XElement> Elements(string path, LabelOptions options, params ReadOnlySpan<string> names)
    {
        string file = Path.GetFileName(path);
        FileInfo info = new(path);
        if (!info.Exists || info.Length == 0 || info.Length > options.MaxBytes)
        {
            throw new LabelFormatException(file, null, info.Exists ? (info.Length == 0 ? "empty_file" : "file_too_large") : "file_not_found", "the file is missing, empty or too large");
        }

        XmlReaderSettings settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreProcessingInstructions = true };
        try
        {
            Check(path, file, settings);
            using XmlReader reader = XmlReader.Create(path, settings);
            List<XElement> found = [];
            reader.MoveToContent();
            while (!reader.EOF)
            {
                if (reader.NodeType == XmlNodeType.Element && names.Contains(reader.LocalName))
                {
                    found.Add((XElement)XNode.ReadFrom(reader));
                }
                else
                {
                    reader.Read();
                }
            }

            return found;
        }
        catch (XmlException damage)
        {
            string code = damage.Message.Contains("DTD", StringComparison.Ordinal) ? "dtd_forbidden" : "invalid_xml";
            throw new LabelFormatException(file, damage.LineNumber > 0 ? damage.LineNumber : null, code, code == "dtd_forbidden" ? "a document type is not read" : damage.Message);
        }
    }

    /// <summary>An attribute or child element as a number.</summary>
    public static double Number(XElement row, string name)
    {
        string? text = row.Attribute(name)?.Value ?? row.Element(name)?.Value;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : throw new RowException("invalid_box", text is null ? $"{name} is missing" : $"{name} is not a number");
    }

    /// <summary>An attribute or child element as a positive whole number, or null.</summary>
    public static int? Side(XElement row, string name) =>
        int.TryParse(row.Attribute(name)?.Value ?? row.Element(name)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int side) && side > 0 ? side : null;

    /// <summary>Warns where a size is given that is none: boxes are then not held against it. 0 is how a size that nobody knows is written.</summary>
    public static void WarnOfSize(XElement row, string where, ReadReportBuilder report)
    {
        foreach (string name in (string[])["width", "height"])
        {
            string? text = (row.Attribute(name)?.Value ?? row.Element(name)?.Value)?.Trim();
            if (text is { Length: > 0 } and not "0" && Side(row, name) is null)
            {
                report.Warn(where, "invalid_size", $"{name} is '{(text.Length <= 40 ? text : text[..40] + "…")}', no size in pixels: boxes are not held against it");
            }
        }
    }

    private static void Check(string path, string file, XmlReaderSettings settings)
    {
        using XmlReader reader = XmlReader.Create(path, settings);
        while (reader.Read())
        {
            if (reader.Depth > MaxDepth)
            {
                throw new LabelFormatException(file, ((IXmlLineInfo)reader).LineNumber, "xml_too_deep", $"elements are nested more than {MaxDepth} deep");
            }
        }
    }
}
