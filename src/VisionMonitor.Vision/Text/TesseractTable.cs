using System.Globalization;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Text;

/// <summary>
/// Tesseract's TSV: one row per page, block, paragraph, line and word (level 1 to 5) with left, top, width, height in pixels, a word's confidence (0 to
/// 100, −1 for the others) and its text. A line's words are joined by spaces; its confidence is their mean.
/// </summary>
internal static class TesseractTable
{
    private const int ColumnCount = 12;

    /// <summary>The lines with any text, in the order of the table.</summary>
    /// <param name="table">The TSV.</param>
    /// <param name="lowestConfidence">Lines below are left out, 0 to 1.</param>
    /// <exception cref="ModelOutputException">It is no such table.</exception>
    public static TextPrediction Read(string table, double lowestConfidence)
    {
        List<TextLine> lines = [];
        double[] corners = [];
        List<string> words = [];
        double sum = 0;
        foreach (string row in table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            string[] cells = row.TrimEnd('\r').Split('\t', ColumnCount);
            if (cells.Length < ColumnCount - 1 || !int.TryParse(cells[0], CultureInfo.InvariantCulture, out int level))
            {
                throw new ModelOutputException("unexpected_output_shape", "Tesseract's answer is not its table of words (TSV).");
            }

            if (level < 5)
            {
                Finish();
                corners = level == 4 ? Corners(cells) : [];
            }
            else if (cells.Length == ColumnCount && cells[11].Trim() is { Length: > 0 } word && Number(cells[10]) is >= 0 and var confidence)
            {
                words.Add(word);
                sum += Math.Clamp(confidence / 100, 0, 1);
            }
        }

        Finish();
        return new(lines);

        void Finish()
        {
            if (words.Count > 0 && corners.Length > 0 && sum / words.Count >= lowestConfidence)
            {
                lines.Add(new(string.Join(' ', words), Math.Round(sum / words.Count, 6), corners));
            }

            words.Clear();
            sum = 0;
        }
    }

    private static double[] Corners(string[] cells)
    {
        (double left, double top, double width, double height) = (Number(cells[6]), Number(cells[7]), Number(cells[8]), Number(cells[9]));
        return [left, top, left + width, top, left + width, top + height, left, top + height];
    }

    private static double Number(string cell) => double.TryParse(cell, CultureInfo.InvariantCulture, out double number)
        ? number
        : throw new ModelOutputException("unexpected_output_shape", $"Tesseract's answer holds '{cell}' where a number belongs.");
}
