namespace VisionMonitor.Metrics.Drift;

/// <summary>Looks a baseline over before drift is measured against it: size, mixture, repeated and empty images, images that the window shows again, age.</summary>
public static class BaselineDoctor
{
    /// <summary>Below this many images nothing can be calibrated.</summary>
    public const int LeastImages = 40;

    /// <summary>From this many images on the baseline's own chance error hardly matters.</summary>
    public const int GoodImages = 500;

    private const int OldDays = 180;

    /// <summary>Two embeddings of unit length that lie nearer than this are of the same picture.</summary>
    private const double SamePicture = 1e-3;
    private const int MostCompared = 3000;

    /// <summary>Examines a baseline.</summary>
    /// <param name="baseline">Images × dimension, row-major, finite.</param>
    /// <param name="dimension">Length of an embedding.</param>
    /// <param name="window">Images that are checked against it, of the same dimension; empty for none.</param>
    /// <param name="cameras">The camera of each baseline image; empty where they are not known.</param>
    /// <param name="ageDays">Days since the newest image was taken; null where it is not known.</param>
    /// <returns>What is wrong, the gravest first; empty for a baseline that can be relied on.</returns>
    public static IReadOnlyList<BaselineFinding> Examine(ReadOnlySpan<float> baseline, int dimension, ReadOnlySpan<float> window = default, IReadOnlyList<string>? cameras = null, double? ageDays = null)
    {
        int count = EmbeddingRows.Count(baseline, dimension, nameof(baseline));
        List<BaselineFinding> findings = [];
        if (count < GoodImages)
        {
            findings.Add(count < LeastImages
                ? new("too-small", IsGrave: true, $"It has {count} images; {LeastImages - count} more are the least that drift can be calibrated on.")
                : new("small", IsGrave: false, $"It has {count} images; from {GoodImages} on, its own chance error no longer blurs the checks."));
        }

        float[] units = Units(baseline, dimension);
        Contaminated(baseline, units, Units(window, dimension), dimension, findings);
        if (count >= LeastImages)
        {
            Mixed(units, dimension, cameras ?? [], findings);
        }

        if (ageDays > OldDays)
        {
            findings.Add(new("stale", IsGrave: false, FormattableString.Invariant($"Its newest image is {ageDays:0} days old; what has changed for good since then will be told as drift for ever.")));
        }

        return [.. findings.OrderByDescending(finding => finding.IsGrave)];
    }

    private static void Contaminated(ReadOnlySpan<float> rows, float[] units, float[] window, int dimension, List<BaselineFinding> findings)
    {
        int count = rows.Length / dimension, empty = 0;
        for (int i = 0; i < count; i++)
        {
            empty += rows.Slice(i * dimension, dimension).IndexOfAnyExcept(0f) < 0 ? 1 : 0;
        }

        if (empty > 0)
        {
            findings.Add(new("empty", IsGrave: true, $"{empty} of its {count} embeddings are all zero: those images were never scored."));
        }

        int repeated = Repeated(units, units, dimension, isSame: true), shown = Repeated(units, window, dimension, isSame: false);
        if (repeated > 0.02 * count)
        {
            findings.Add(new("duplicates", repeated > 0.2 * count, $"{repeated} of its {count} images show what an earlier one shows: a frozen camera, a black frame or a file sent twice counts many times."));
        }

        if (shown > 0)
        {
            findings.Add(new("window-inside", IsGrave: true, $"{shown} images of the window lie in the baseline too, so the window is partly measured against itself."));
        }
    }

    /// <summary>How many rows of the second set lie on a row of the first; within one set, on an earlier one.</summary>
    private static int Repeated(float[] first, float[] second, int dimension, bool isSame)
    {
        int m = Math.Min(MostCompared, first.Length / dimension), n = Math.Min(MostCompared, second.Length / dimension), found = 0;
        for (int j = 0; j < n; j++)
        {
            ReadOnlySpan<float> row = second.AsSpan(j * dimension, dimension);
            for (int i = 0; i < (isSame ? j : m); i++)
            {
                if (SquaredDistance.Of(first.AsSpan(i * dimension, dimension), row) < SamePicture * SamePicture)
                {
                    found++;
                    break;
                }
            }
        }

        return found;
    }

    /// <summary>Two halves that k-means finds are two populations when they lie further apart than one bell-shaped cloud that is cut in two.</summary>
    private static void Mixed(float[] units, int dimension, IReadOnlyList<string> cameras, List<BaselineFinding> findings)
    {
        int count = units.Length / dimension;
        if (cameras.Count == count && cameras.Distinct().Count() > 1)
        {
            (string Camera, int Count)[] shares = [.. cameras.GroupBy(camera => camera).Select(camera => (camera.Key, camera.Count()))];
            foreach ((string camera, int images) in shares.Where(share => share.Count < LeastImages))
            {
                findings.Add(new("camera-too-small", IsGrave: false, $"Camera {(camera.Length > 0 ? camera : "without a name")} has {images} of its images; {LeastImages - images} more are needed to watch it alone."));
            }
        }

        bool[] side = Halves(units, dimension);
        double separation = Separation(units, dimension, side);
        int small = Math.Min(side.Count(isSecond => isSecond), side.Count(isSecond => !isSecond));

        // Cutting a normal cloud in two gives halves 2·0.8 apart with a spread of 0.6 each: 2.65; clusters proper lie at 5 and more.
        if (separation > 5 && small > 0.05 * count)
        {
            findings.Add(new("mixed", IsGrave: false, FormattableString.Invariant($"It is made of two separate groups, {small} and {count - small} images, {separation:0.#} standard deviations apart: check that they belong together (cameras, day and night, two products).")));
        }
    }

    private static bool[] Halves(float[] units, int dimension)
    {
        int count = units.Length / dimension;
        double[] mean = EmbeddingMoments.Mean(units, dimension);
        int far = Farthest(units, dimension, mean), other = Farthest(units, dimension, [.. units.AsSpan(far * dimension, dimension).ToArray().Select(value => (double)value)]);
        double[] a = [.. units.AsSpan(far * dimension, dimension).ToArray().Select(value => (double)value)], b = [.. units.AsSpan(other * dimension, dimension).ToArray().Select(value => (double)value)];
        bool[] side = new bool[count];
        for (int round = 0; round < 20; round++)
        {
            double[] sumA = new double[dimension], sumB = new double[dimension];
            int second = 0;
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<float> row = units.AsSpan(i * dimension, dimension);
                side[i] = Distance(row, b) < Distance(row, a);
                second += side[i] ? 1 : 0;
                RandomFourierFeatures.AddRow(row, side[i] ? sumB : sumA);
            }

            if (second == 0 || second == count)
            {
                break;
            }

            (a, b) = (Array.ConvertAll(sumA, sum => sum / (count - second)), Array.ConvertAll(sumB, sum => sum / second));
        }

        return side;
    }

    /// <summary>Distance of the halves' means in standard deviations within the halves, along the line that joins them.</summary>
    private static double Separation(float[] units, int dimension, bool[] side)
    {
        int count = side.Length, second = side.Count(isSecond => isSecond);
        if (second < 2 || second > count - 2)
        {
            return 0;
        }

        double[] axis = new double[dimension];
        for (int i = 0; i < count; i++)
        {
            for (int d = 0; d < dimension; d++)
            {
                axis[d] += units[(i * dimension) + d] * (side[i] ? 1.0 / second : -1.0 / (count - second));
            }
        }

        double[] along = new double[count];
        for (int i = 0; i < count; i++)
        {
            for (int d = 0; d < dimension; d++)
            {
                along[i] += units[(i * dimension) + d] * axis[d];
            }
        }

        double meanA = along.Where((_, i) => !side[i]).Average(), meanB = along.Where((_, i) => side[i]).Average();
        double within = along.Select((value, i) => value - (side[i] ? meanB : meanA)).Sum(gap => gap * gap) / (count - 2);
        return within > 0 ? Math.Abs(meanB - meanA) / Math.Sqrt(within) : double.MaxValue;
    }

    private static int Farthest(float[] units, int dimension, double[] from)
    {
        int best = 0;
        double farthest = -1;
        for (int i = 0; i < units.Length / dimension; i++)
        {
            double distance = Distance(units.AsSpan(i * dimension, dimension), from);
            (best, farthest) = distance > farthest ? (i, distance) : (best, farthest);
        }

        return best;
    }

    private static double Distance(ReadOnlySpan<float> row, double[] point)
    {
        double sum = 0;
        for (int d = 0; d < row.Length; d++)
        {
            sum += (row[d] - point[d]) * (row[d] - point[d]);
        }

        return sum;
    }

    private static float[] Units(ReadOnlySpan<float> rows, int dimension)
    {
        EmbeddingRows.Count(rows, dimension, nameof(rows));
        float[] units = rows.ToArray();
        for (int start = 0; start < units.Length; start += dimension)
        {
            Span<float> row = units.AsSpan(start, dimension);
            double length = Math.Sqrt(row.ToArray().Sum(value => (double)value * value));
            for (int d = 0; d < dimension && length > 0; d++)
            {
                row[d] = (float)(row[d] / length);
            }
        }

        return units;
    }
}

/// <summary>One thing that is wrong with a baseline.</summary>
/// <param name="Code">Stable key: too-small, small, empty, duplicates, window-inside, mixed, camera-too-small, stale.</param>
/// <param name="IsGrave">Whether drift measured against it cannot be believed.</param>
/// <param name="Sentence">What is wrong, with numbers.</param>
public sealed record BaselineFinding(string Code, bool IsGrave, string Sentence);
