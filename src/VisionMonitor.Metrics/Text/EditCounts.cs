namespace VisionMonitor.Metrics.Text;

/// <summary>The edits of one best alignment, split by kind.</summary>
/// <param name="Substitutions">Items replaced.</param>
/// <param name="Deletions">Items of the truth that are missing.</param>
/// <param name="Insertions">Items that the truth does not have.</param>
/// <param name="Hits">Items that agree.</param>
/// <remarks>Several best alignments may exist and split the edits differently; of these the one with the most hits is taken, which makes the four numbers unique.</remarks>
public readonly record struct EditCounts(int Substitutions, int Deletions, int Insertions, int Hits)
{
    /// <summary>The edit distance.</summary>
    public int Edits => Substitutions + Deletions + Insertions;

    /// <summary>Aligns a prediction with the truth.</summary>
    public static EditCounts Of(ReadOnlySpan<int> truth, ReadOnlySpan<int> predicted)
    {
        int edits = EditDistance.Of(truth, predicted), n = truth.Length, m = predicted.Length;
        int substitutions = edits == 0 || n == 0 || m == 0 ? 0 : FewestSubstitutions(truth, predicted, edits);

        // S + D + I = edits and D − I = n − m leave one freedom, the number of substitutions.
        int deletions = (edits - substitutions + n - m) / 2;
        return new EditCounts(substitutions, deletions, edits - substitutions - deletions, n - substitutions - deletions);
    }

    /// <summary>Minimizes edits, then substitutions, inside the band that a distance of <paramref name="edits"/> cannot leave.</summary>
    private static int FewestSubstitutions(ReadOnlySpan<int> truth, ReadOnlySpan<int> predicted, int edits)
    {
        const long Edit = 1L << 32, Far = long.MaxValue / 2;
        int m = predicted.Length;
        long[] row = new long[m + 1];
        for (int j = 0; j <= m; j++)
        {
            row[j] = j <= edits ? j * Edit : Far;
        }

        for (int i = 1; i <= truth.Length; i++)
        {
            int first = Math.Max(1, i - edits), last = Math.Min(m, i + edits);
            long diagonal = row[first - 1];
            row[first - 1] = first == 1 && i <= edits ? i * Edit : Far;
            for (int j = first; j <= last; j++)
            {
                long above = row[j];
                long best = diagonal + (truth[i - 1] == predicted[j - 1] ? 0 : Edit + 1);
                row[j] = Math.Min(best, Math.Min(above, row[j - 1]) + Edit);
                diagonal = above;
            }

            if (last < m)
            {
                row[last + 1] = Far;
            }
        }

        return (int)(row[m] & (Edit - 1));
    }
}
