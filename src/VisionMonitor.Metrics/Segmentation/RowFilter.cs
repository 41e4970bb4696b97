namespace VisionMonitor.Metrics.Segmentation;

/// <summary>
/// PNG's row filters, undone. Label maps are regions: most filtered bytes are 0, and in such a stretch a filter repeats either the row above
/// or the pixel to the left; so stretches are copied, and only where a region's edge is are bytes reckoned one by one.
/// </summary>
internal static class RowFilter
{
    /// <summary>Shorter stretches are not worth the calls.</summary>
    private const int LongStretch = 24;

    /// <param name="filter">0 none, 1 left, 2 above, 3 their mean, 4 Paeth's choice.</param>
    /// <param name="from">The filtered row.</param>
    /// <param name="above">The row above, unfiltered; zeros for the first row.</param>
    /// <param name="row">Receives the row.</param>
    /// <param name="step">Bytes of a pixel.</param>
    public static void Undo(byte filter, ReadOnlySpan<byte> from, ReadOnlySpan<byte> above, Span<byte> row, int step)
    {
        if (filter > 4)
        {
            throw new InvalidDataException($"it has the unknown row filter {filter}");
        }

        if (filter == 0)
        {
            from.CopyTo(row);
            return;
        }

        for (int at = 0, zerosEnd = 0; at < row.Length;)
        {
            if (from[at] == 0 && at >= step && filter != 3)
            {
                zerosEnd = zerosEnd > at ? zerosEnd : EndOfZeros(from, at);
                int length = Stretch(filter, above, row, at, step, zerosEnd - at);
                if (length > 0)
                {
                    at += length;
                    continue;
                }
            }

            int left = at < step ? 0 : row[at - step];
            int guess = filter switch
            {
                1 => left,
                2 => above[at],
                3 => (left + above[at]) >> 1,
                _ => Paeth(left, above[at], at < step ? 0 : above[at - step]),
            };
            row[at] = (byte)(from[at] + guess);
            at++;
        }
    }

    private static int EndOfZeros(ReadOnlySpan<byte> from, int at)
    {
        int zeros = from[at..].IndexOfAnyExcept((byte)0);
        return zeros < 0 ? from.Length : at + zeros;
    }

    /// <summary>Fills a stretch of zero bytes where the filter repeats what is known, and returns how many bytes that are; 0 for none.</summary>
    private static int Stretch(byte filter, ReadOnlySpan<byte> above, Span<byte> row, int at, int step, int zeros)
    {
        if (zeros < LongStretch)
        {
            return 0;
        }

        ReadOnlySpan<byte> known = row.Slice(at - step, step);
        if (filter == 2 || (filter == 4 && known.SequenceEqual(above.Slice(at - step, step))))
        {
            // Paeth: where the left pixel equals the corner the choice is the one above, and so on along the stretch.
            above.Slice(at, zeros).CopyTo(row[at..]);
            return zeros;
        }

        // Paeth: as long as the row above stays what its corner is, the choice is the left pixel.
        int length = filter == 1 ? zeros : filter == 4 ? above.Slice(at, zeros).CommonPrefixLength(above.Slice(at - step, zeros)) : 0;
        if (length < LongStretch)
        {
            return 0;
        }

        Span<byte> whole = row.Slice(at - step, step + length);
        if (step == 1)
        {
            whole.Fill(whole[0]);
            return length;
        }

        for (int filled = step; filled < whole.Length;)
        {
            int count = Math.Min(filled, whole.Length - filled);
            whole[..count].CopyTo(whole[filled..]);
            filled += count;
        }

        return length;
    }

    private static int Paeth(int left, int up, int corner)
    {
        int toLeft = Math.Abs(up - corner), toUp = Math.Abs(left - corner), toCorner = Math.Abs(left + up - (2 * corner));
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }
}
