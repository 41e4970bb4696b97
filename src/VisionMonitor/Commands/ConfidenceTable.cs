using System.Globalization;
using VisionMonitor.Metrics.Drift;

namespace VisionMonitor.Commands;

/// <summary>Class probabilities and labels in a CSV file.</summary>
internal static class ConfidenceTable
{
    public static ConfidenceSet Read(IEnumerable<string> lines, bool needsLabels)
    {
        using IEnumerator<string> line = lines.GetEnumerator();
        if (!line.MoveNext())
        {
            throw new InvalidDataException("no-rows: it is empty");
        }

        string[] header = line.Current.TrimStart('\uFEFF').Split(',', StringSplitOptions.TrimEntries);
        int score = Array.IndexOf(header, "score"), label = Array.FindIndex(header, name => name is "y" or "label");
        int[] columns = score >= 0 ? [score] : [.. Enumerable.Range(0, header.Length).Select(c => Array.IndexOf(header, string.Create(CultureInfo.InvariantCulture, $"p{c}"))).TakeWhile(place => place >= 0)];
        if (columns.Length < 2 && score < 0)
        {
            throw new InvalidDataException("missing-column: its header names neither score nor p0, p1, …");
        }

        if (needsLabels && label < 0)
        {
            throw new InvalidDataException("missing-column: its header names no y");
        }

        List<double> probabilities = [];
        List<int> labels = [];
        for (int number = 2; line.MoveNext(); number++)
        {
            if (line.Current.Length == 0)
            {
                continue;
            }

            string[] cells = line.Current.Split(',', StringSplitOptions.TrimEntries);
            if (cells.Length != header.Length)
            {
                throw new InvalidDataException($"wrong-shape: line {number} has {cells.Length} cells, the header has {header.Length}");
            }

            foreach (int column in columns)
            {
                double value = Probability(cells[column], number);
                probabilities.AddRange(score >= 0 ? [1 - value, value] : [value]);
            }

            if (label >= 0)
            {
                labels.Add(int.TryParse(cells[label], NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : throw new InvalidDataException($"wrong-label: line {number}: '{cells[label]}' is no class index"));
            }
        }

        return probabilities.Count == 0
            ? throw new InvalidDataException("no-rows: it has a header only")
            : new ConfidenceSet([.. probabilities], score >= 0 ? 2 : columns.Length, label >= 0 ? [.. labels] : null);
    }

    private static double Probability(string text, int line) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= 0 && value <= 1
            ? value
            : throw new InvalidDataException($"not-a-probability: line {line}: '{text}' does not lie between 0 and 1");
}
