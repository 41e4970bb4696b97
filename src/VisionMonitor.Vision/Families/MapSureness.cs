using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// How sure a map of scores is of each class, from the softmax (or sigmoid) at a grid of at most <see cref="Places"/>² places of the image: enough for
/// sums over an image, and little beside the network itself however large the map.
/// </summary>
internal static class MapSureness
{
    private const int Places = 64;

    /// <summary>A class that covers less and has less probability than this share of the image is left out.</summary>
    private const double Least = 5e-4;

    /// <summary>Reads it.</summary>
    /// <param name="values">Scores, [classes, rows, columns]; one class stands for background and foreground.</param>
    /// <param name="count">Classes.</param>
    /// <param name="across">Image columns in the map.</param>
    /// <param name="down">Image rows in the map.</param>
    /// <param name="columns">Columns of the map.</param>
    public static IReadOnlyList<ClassSureness> Of(ReadOnlySpan<float> values, int count, MapSampling across, MapSampling down, int columns)
    {
        int plane = values.Length / count, classes = Math.Max(2, count);
        (int width, int height) = (across.Cell.Length, down.Cell.Length);
        (int acrossStep, int downStep) = (Math.Max(1, (width + Places - 1) / Places), Math.Max(1, (height + Places - 1) / Places));
        bool areProbabilities = AreProbabilities(values, count, plane);
        double[] area = new double[classes], sure = new double[classes], mass = new double[classes], chances = new double[classes];
        int places = 0;
        for (int y = downStep / 2; y < height; y += downStep)
        {
            for (int x = acrossStep / 2; x < width; x += acrossStep, places++)
            {
                int best = Chances(values, (down.Nearest(y) * columns) + across.Nearest(x), count, plane, areProbabilities, chances);
                area[best]++;
                sure[best] += chances[best];
                for (int index = 0; index < classes; index++)
                {
                    mass[index] += chances[index];
                }
            }
        }

        return [.. Enumerable.Range(0, classes)
            .Where(index => area[index] > 0 || mass[index] / places >= Least)
            .Select(index => new ClassSureness(index, Share(area[index]), Share(sure[index]), Share(mass[index])))];

        float Share(double sum) => (float)Math.Round(sum / places, 5);
    }

    /// <summary>The probabilities at a place and the largest of them.</summary>
    private static int Chances(ReadOnlySpan<float> values, int cell, int count, int plane, bool areProbabilities, double[] chances)
    {
        if (count == 1)
        {
            chances[1] = areProbabilities ? values[cell] : 1 / (1 + Math.Exp(-values[cell]));
            chances[0] = 1 - chances[1];
            return chances[1] > chances[0] ? 1 : 0;
        }

        (int best, double largest, double sum) = (0, values[cell], 0);
        for (int index = 1; index < count; index++)
        {
            (best, largest) = values[(index * plane) + cell] > largest ? (index, values[(index * plane) + cell]) : (best, largest);
        }

        for (int index = 0; index < count; index++)
        {
            sum += chances[index] = areProbabilities ? values[(index * plane) + cell] : Math.Exp(values[(index * plane) + cell] - largest);
        }

        for (int index = 0; index < count && sum > 0; index++)
        {
            chances[index] /= sum;
        }

        return best;
    }

    /// <summary>Whether the scores are probabilities already: none below 0 or above 1, and of several classes a place's sum to 1.</summary>
    private static bool AreProbabilities(ReadOnlySpan<float> values, int count, int plane)
    {
        if (values.ContainsAnyExceptInRange(0f, 1f))
        {
            return false;
        }

        double sum = 0;
        for (int index = 0; index < count; index++)
        {
            sum += values[(index * plane) + (plane / 2)];
        }

        return count == 1 || Math.Abs(sum - 1) < 0.01;
    }
}
