using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Monitoring.Estimation;

/// <summary>A box with the chance that it is right.</summary>
/// <param name="ClassIndex">Its class.</param>
/// <param name="Confidence">Its confidence, 0 to 1.</param>
/// <param name="Image">The number of its image.</param>
/// <param name="Right">The chance that it is right, 0 to 1; of a judged box it is 0 or 1.</param>
internal readonly record struct RankedBox(int ClassIndex, double Confidence, int Image, double Right);

/// <summary>Boxes of some images, ranked once, so that a resample of the images only changes how often each box counts.</summary>
internal sealed class RankedBoxes
{
    private const int Replicates = 100;

    private readonly int _imageCount;
    private readonly double _operating;
    private readonly RankedBox[] _boxes;

    /// <param name="imageCount">Images, those without any box included.</param>
    /// <param name="boxes">Their boxes.</param>
    /// <param name="operating">The confidence from which a box counts in precision and recall.</param>
    public RankedBoxes(int imageCount, IEnumerable<RankedBox> boxes, double operating)
    {
        (_imageCount, _operating) = (imageCount, operating);
        _boxes = [.. boxes.OrderBy(box => box.ClassIndex).ThenByDescending(box => box.Confidence)];
        Confident = [.. _boxes.Where(box => box.Confidence >= operating).Select(box => (float)box.Confidence)];
    }

    /// <summary>Right boxes to be expected.</summary>
    public double Total => _boxes.Sum(box => box.Right);

    /// <summary>The confidences from the operating one up.</summary>
    public float[] Confident { get; }

    /// <summary>Average precision at IoU .5 over classes, and precision, recall and F1 at the operating confidence.</summary>
    /// <param name="unseen">Objects that are there for each right box.</param>
    public double[] Numbers(double unseen) => Numbers(unseen, [.. Enumerable.Repeat(1, _imageCount)], new double[_boxes.Length]);

    /// <summary>The standard deviations of <see cref="Numbers(double)"/> over resampled images (bootstrap).</summary>
    public double[] Spread(double unseen)
    {
        double[][] drawn = new double[Replicates][];
        int[] times = new int[_imageCount];
        double[] found = new double[_boxes.Length];
        for (int replicate = 0; replicate < Replicates; replicate++)
        {
            Array.Clear(times);
            for (int image = 0; image < times.Length; image++)
            {
                times[SplitMix64.Index((ulong)replicate + 1, (ulong)image, times.Length)]++;
            }

            drawn[replicate] = Numbers(unseen, times, found);
        }

        return [.. Enumerable.Range(0, drawn[0].Length).Select(metric => Deviation([.. drawn.Select(one => one[metric]).Where(double.IsFinite)]))];
    }

    private static double Deviation(double[] values)
    {
        double mean = values.Length > 0 ? values.Average() : 0;
        return values.Length > 1 ? Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1)) : 0;
    }

    private double[] Numbers(double unseen, int[] times, double[] found)
    {
        (double sum, int classes, double truePositives, double predicted, double objects) = (0, 0, 0, 0, 0);
        for (int start = 0, end; start < _boxes.Length; start = end)
        {
            double right = 0;
            for (end = start; end < _boxes.Length && _boxes[end].ClassIndex == _boxes[start].ClassIndex; end++)
            {
                double counted = times[_boxes[end].Image] * _boxes[end].Right;
                found[end] = right += counted;
                if (_boxes[end].Confidence >= _operating)
                {
                    predicted += times[_boxes[end].Image];
                    truePositives += counted;
                }
            }

            objects += right * unseen;
            if (right * unseen > 0.5)
            {
                (sum, classes) = (sum + Area(start, end, times, found, right * unseen), classes + 1);
            }
        }

        return [classes > 0 ? sum / classes : double.NaN, truePositives / predicted, truePositives / objects, 2 * truePositives / (predicted + objects)];
    }

    /// <summary>The area under precision over recall, precision made falling from the right.</summary>
    private double Area(int start, int end, int[] times, double[] found, double objects)
    {
        double shown = 0;
        for (int rank = start; rank < end; rank++)
        {
            shown += times[_boxes[rank].Image];
        }

        (double area, double best) = (0, 0);
        for (int rank = end - 1; rank >= start; rank--)
        {
            if (times[_boxes[rank].Image] is var count and > 0)
            {
                best = Math.Max(best, found[rank] / shown);
                area += best * (found[rank] - (rank > start ? found[rank - 1] : 0)) / objects;
                shown -= count;
            }
        }

        return area;
    }
}
