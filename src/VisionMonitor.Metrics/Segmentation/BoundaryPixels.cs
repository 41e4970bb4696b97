namespace VisionMonitor.Metrics.Segmentation;

/// <summary>
/// Boundary pixels (Cheng et al. 2021): a pixel within Chebyshev distance d of another label or of the outside of the frame. One pass
/// serves all classes: a pixel is inside when the (2d + 1)² window around it holds its own label only, and such a window is a column of
/// rows that are uniform and alike.
/// </summary>
internal static class BoundaryPixels
{
    /// <summary>d = max(1, round(ratio · diagonal)), halves to even as Python rounds.</summary>
    public static int Distance(int width, int height, double ratio) =>
        Math.Max(1, (int)Math.Round(ratio * Math.Sqrt(((double)height * height) + ((double)width * width)), MidpointRounding.ToEven));

    public static BoundaryCell[] Compare(LabelMap truth, LabelMap predicted, TruthLabels labels, double ratio, BoundaryIgnore ignore)
    {
        int width = truth.Width, height = truth.Height, distance = Distance(width, height, ratio);
        int[] rows = new int[width * height], columns = new int[width * height];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = labels.Row(truth[i]);
            columns[i] = ignore == BoundaryIgnore.Before && rows[i] < 0 ? -1 : labels.Column(predicted[i]);
        }

        bool[] truthInside = Inside(rows, width, height, distance), predictedInside = Inside(columns, width, height, distance);
        long[] intersection = new long[labels.ClassCount], union = new long[labels.ClassCount];
        for (int i = 0; i < rows.Length; i++)
        {
            bool isTruth = !truthInside[i] && (uint)rows[i] < (uint)labels.ClassCount;
            bool isPredicted = rows[i] >= 0 && !predictedInside[i] && (uint)columns[i] < (uint)labels.ClassCount;
            if (isTruth)
            {
                union[rows[i]]++;
            }

            if (isPredicted)
            {
                bool isBoth = isTruth && rows[i] == columns[i];
                intersection[columns[i]] += isBoth ? 1 : 0;
                union[columns[i]] += isBoth ? 0 : 1;
            }
        }

        return [.. Enumerable.Range(0, labels.ClassCount).Where(c => union[c] > 0).Select(c => new BoundaryCell(c, intersection[c], union[c]))];
    }

    /// <summary>Whether the window of each pixel is inside the frame and holds one label.</summary>
    public static bool[] Inside(ReadOnlySpan<int> labels, int width, int height, int distance)
    {
        bool[] isRowUniform = new bool[labels.Length], isInside = new bool[labels.Length];
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<int> row = labels.Slice(y * width, width);
            for (int start = 0; start < width;)
            {
                int end = start + 1;
                while (end < width && row[end] == row[start])
                {
                    end++;
                }

                int count = end - start - (2 * distance);
                if (count > 0)
                {
                    isRowUniform.AsSpan((y * width) + start + distance, count).Fill(true);
                }

                start = end;
            }
        }

        int[] runs = new int[width];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int i = (y * width) + x;
                runs[x] = !isRowUniform[i] ? 0 : y > 0 && labels[i] == labels[i - width] ? runs[x] + 1 : 1;
                if (runs[x] > 2 * distance)
                {
                    isInside[i - (distance * width)] = true;
                }
            }
        }

        return isInside;
    }
}
