namespace VisionMonitor.Vision.Text;

/// <summary>Groups neighbouring pixels (also across corners) that are above a threshold.</summary>
internal static class ConnectedPixels
{
    /// <summary>
    /// The pixels at which each group begins and ends in its rows: enough for its hull. Groups come in the order of their first pixel,
    /// row by row.
    /// </summary>
    public static List<List<(int X, int Y)>> Outlines(ReadOnlySpan<float> values, int width, int height, float threshold)
    {
        List<List<(int X, int Y)>> outlines = [];
        bool[] isSeen = new bool[width * height];
        Stack<int> open = [];
        for (int start = 0; start < isSeen.Length; start++)
        {
            if (isSeen[start] || values[start] <= threshold)
            {
                continue;
            }

            Dictionary<int, (int First, int Last)> rows = [];
            isSeen[start] = true;
            open.Push(start);
            while (open.TryPop(out int pixel))
            {
                (int x, int y) = (pixel % width, pixel / width);
                rows[y] = rows.TryGetValue(y, out (int First, int Last) row) ? (Math.Min(row.First, x), Math.Max(row.Last, x)) : (x, x);
                for (int nextY = Math.Max(0, y - 1); nextY <= Math.Min(height - 1, y + 1); nextY++)
                {
                    for (int nextX = Math.Max(0, x - 1); nextX <= Math.Min(width - 1, x + 1); nextX++)
                    {
                        int next = nextY * width + nextX;
                        if (!isSeen[next] && values[next] > threshold)
                        {
                            isSeen[next] = true;
                            open.Push(next);
                        }
                    }
                }
            }

            outlines.Add([.. rows.OrderBy(row => row.Key).SelectMany(row => ((int, int)[])[(row.Value.First, row.Key), (row.Value.Last, row.Key)])]);
        }

        return outlines;
    }
}
