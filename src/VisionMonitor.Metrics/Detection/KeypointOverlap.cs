using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Metrics.Detection;

/// <summary>
/// Object keypoint similarity as in cocoeval.py, 0 to 1: the mean over the visible true points of exp(−d² / (2 (2σ)² area)). An object
/// without a visible point is compared by how far the prediction's points lie outside its doubled box.
/// </summary>
public static class KeypointOverlap
{
    private const double Spacing = 2.220446049250313e-16;

    /// <summary>COCO's 17 standard deviations, nose to ankles, relative to the object's size.</summary>
    public static IReadOnlyList<double> CocoSigmas { get; } =
        [.26 / 10, .25 / 10, .25 / 10, .35 / 10, .35 / 10, .79 / 10, .79 / 10, .72 / 10, .72 / 10, .62 / 10, .62 / 10, 1.07 / 10, 1.07 / 10, .87 / 10, .87 / 10, .89 / 10, .89 / 10];

    /// <summary>Similarity of a prediction to an object.</summary>
    /// <param name="truth">x, y, visibility of each point; visibility 0 is "not labelled".</param>
    /// <param name="truthBox">Box of the object, in pixels.</param>
    /// <param name="truthArea">Area of the object, in square pixels.</param>
    /// <param name="predicted">x, y and an unused number of each point.</param>
    /// <param name="sigmas">One per point.</param>
    /// <exception cref="ArgumentException">Spans that do not hold 3 numbers per sigma.</exception>
    public static double Similarity(ReadOnlySpan<double> truth, in BoundingBox truthBox, double truthArea, ReadOnlySpan<double> predicted, ReadOnlySpan<double> sigmas)
    {
        if (truth.Length != 3 * sigmas.Length || predicted.Length != 3 * sigmas.Length)
        {
            throw new ArgumentException($"{sigmas.Length} keypoints need {3 * sigmas.Length} numbers, found {truth.Length} and {predicted.Length}.");
        }

        int visible = 0;
        for (int k = 0; k < sigmas.Length; k++)
        {
            visible += truth[(3 * k) + 2] > 0 ? 1 : 0;
        }

        double left = truthBox.X - truthBox.Width, right = truthBox.X + (truthBox.Width * 2);
        double top = truthBox.Y - truthBox.Height, bottom = truthBox.Y + (truthBox.Height * 2);
        Span<double> terms = stackalloc double[sigmas.Length];
        int used = 0;
        for (int k = 0; k < sigmas.Length; k++)
        {
            double x = predicted[3 * k], y = predicted[(3 * k) + 1], dx, dy;
            if (visible > 0)
            {
                if (!(truth[(3 * k) + 2] > 0))
                {
                    continue;
                }

                (dx, dy) = (x - truth[3 * k], y - truth[(3 * k) + 1]);
            }
            else
            {
                dx = Math.Max(0, left - x) + Math.Max(0, x - right);
                dy = Math.Max(0, top - y) + Math.Max(0, y - bottom);
            }

            double variance = sigmas[k] * 2 * (sigmas[k] * 2);
            terms[used++] = Math.Exp(-(((dx * dx) + (dy * dy)) / variance / (truthArea + Spacing) / 2));
        }

        return PairwiseSum.Sum(terms[..used]) / used;
    }
}
