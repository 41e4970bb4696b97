namespace VisionMonitor.Monitoring.Estimation;

/// <summary>A box with the chance that it is right.</summary>
/// <param name="ClassIndex">Its class.</param>
/// <param name="Confidence">Its confidence, 0 to 1.</param>
/// <param name="Right">The chance that it is right, 0 to 1; of a judged box it is 0 or 1.</param>
internal readonly record struct RankedBox(int ClassIndex, double Confidence, double Right);

/// <summary>Boxes of some images, ranked within their classes.</summary>
/// <param name="boxes">The boxes.</param>
/// <param name="operating">The confidence from which a box counts in precision and recall.</param>
internal sealed class RankedBoxes(IEnumerable<RankedBox> boxes, double operating)
{
    private readonly RankedBox[] _boxes = [.. boxes.OrderBy(box => box.ClassIndex).ThenByDescending(box => box.Confidence)];

    /// <summary>Right boxes to be expected.</summary>
    public double Total => _boxes.Sum(box => box.Right);

    /// <summary>The confidences from the operating one up.</summary>
    public float[] Confident => [.. _boxes.Where(box => box.Confidence >= operating).Select(box => (float)box.Confidence)];

    /// <summary>Average precision at IoU .5 over classes, and precision, recall and F1 at the operating confidence; NaN where one is not defined.</summary>
    /// <param name="objectsOf">Objects of a class, from the class and its right boxes.</param>
    public double[] Numbers(Func<int, double, double> objectsOf)
    {
        (double sum, int classes, double truePositives, double predicted, double objects) = (0, 0, 0, 0, 0);
        double[] found = new double[_boxes.Length];
        for (int start = 0, end; start < _boxes.Length; start = end)
        {
            double right = 0;
            for (end = start; end < _boxes.Length && _boxes[end].ClassIndex == _boxes[start].ClassIndex; end++)
            {
                found[end] = right += _boxes[end].Right;
                if (_boxes[end].Confidence >= operating)
                {
                    predicted++;
                    truePositives += _boxes[end].Right;
                }
            }

            double own = objectsOf(_boxes[start].ClassIndex, right);
            objects += own;
            if (own > 0.5)
            {
                (sum, classes) = (sum + (Area(found.AsSpan(start, end - start)) / own), classes + 1);
            }
        }

        return [classes > 0 ? sum / classes : double.NaN, truePositives / predicted, truePositives / objects, 2 * truePositives / (predicted + objects)];
    }

    /// <summary>The area under precision over right boxes, precision made falling from the right.</summary>
    private static double Area(ReadOnlySpan<double> found)
    {
        (double area, double best) = (0, 0);
        for (int rank = found.Length - 1; rank >= 0; rank--)
        {
            best = Math.Max(best, found[rank] / (rank + 1));
            area += best * (found[rank] - (rank > 0 ? found[rank - 1] : 0));
        }

        return area;
    }
}
