using System.Globalization;

namespace VisionMonitor.Commands;

/// <summary>Texts of a file that spreadsheets open.</summary>
internal static class CsvCell
{
    /// <summary>A text cell: quoted where needed, and never taken for a formula by a spreadsheet.</summary>
    public static string Of(string text)
    {
        string safe = text.Length > 0 && "=+-@\t\r".Contains(text[0]) && !double.TryParse(text, CultureInfo.InvariantCulture, out _) ? "'" + text : text;
        return safe.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
