using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Estimation;

/// <summary>
/// Mean intersection over union and pixel accuracy of maps without labels. Of each class the pixels that should be right and those that should truly be
/// there are sums of probabilities, put right by the ratio that the labelled reference shows between such sums and the counted pixels.
/// </summary>
public sealed class SemanticEstimator : IQualityEstimator
{
    /// <inheritdoc/>
    public VisionTask Task => VisionTask.SemanticSegmentation;

    /// <inheritdoc/>
    public ILearntQuality? Learn(IReadOnlyList<LabelledAnswer> reference, TaskSetup setup)
    {
        Areas[] known = [.. reference
            .Where(one => one is { Predicted: SemanticPrediction { Sureness: not null } predicted, Truth: SemanticTruth truth } && (predicted.Map.Width, predicted.Map.Height) == (truth.Map.Width, truth.Map.Height))
            .Select(one => Areas.Of((SemanticPrediction)one.Predicted, (SemanticTruth)one.Truth, setup.ClassCount))];
        return known.Length == 0 ? null : new WindowEstimates<Areas>(known, new(
            [MetricNames.MeanIntersectionOverUnion, MetricNames.PixelAccuracy],
            images => Ratios.Of(images).Estimated,
            Measured,
            predicted => predicted is SemanticPrediction { Sureness: not null } map ? Areas.Of(map, null, setup.ClassCount) : null,
            image => [(float)image.Confidence],
            "maps with scores"));
    }

    /// <summary>Of one image and each class, shares of its area: counted against the truth, and as the probabilities have them.</summary>
    private sealed record Areas(double[] Right, double[] Predicted, double[] There, double[] Sure, double[] Shown, double[] Mass)
    {
        public double Confidence => Sure.Sum();

        public static Areas Of(SemanticPrediction predicted, SemanticTruth? truth, int classCount)
        {
            Areas areas = new(new double[classCount], new double[classCount], new double[classCount], new double[classCount], new double[classCount], new double[classCount]);
            foreach (ClassSureness one in predicted.Sureness!.Where(one => one.ClassIndex < classCount))
            {
                (areas.Sure[one.ClassIndex], areas.Shown[one.ClassIndex], areas.Mass[one.ClassIndex]) = (one.Sure, one.Area, one.Mass);
            }

            if (truth is not null)
            {
                areas.Count(predicted.Map, truth.Map);
            }

            return areas;
        }

        private void Count(ClassMap predicted, ClassMap truth)
        {
            int[] said = new int[predicted.Width * predicted.Height], labelled = new int[truth.Width * truth.Height];
            predicted.CopyTo(said);
            truth.CopyTo(labelled);
            double pixel = 1.0 / said.Length;
            for (int at = 0; at < said.Length; at++)
            {
                if (labelled[at] >= 0)
                {
                    Predicted[said[at]] += pixel;
                    There[labelled[at]] += pixel;
                    Right[said[at]] += said[at] == labelled[at] ? pixel : 0;
                }
            }
        }
    }

    /// <summary>Of each class, counted area for each unit of the area that the probabilities have.</summary>
    private readonly record struct Ratios(double[] Right, double[] Predicted, double[] There)
    {
        public static Ratios Of(IReadOnlyList<Areas> images) => new(
            Ratio(images, one => one.Right, one => one.Sure), Ratio(images, one => one.Predicted, one => one.Shown), Ratio(images, one => one.There, one => one.Mass));

        public double[] Estimated(IReadOnlyList<Areas> images) => Numbers(
            Times(Sum(images, one => one.Sure), Right), Times(Sum(images, one => one.Shown), Predicted), Times(Sum(images, one => one.Mass), There));

        private static double[] Ratio(IReadOnlyList<Areas> images, Func<Areas, double[]> counted, Func<Areas, double[]> summed)
        {
            double[] above = Sum(images, counted), below = Sum(images, summed);
            return [.. above.Zip(below, (part, whole) => whole > 0 ? part / whole : 0)];
        }
    }

    private static double[] Sum(IReadOnlyList<Areas> images, Func<Areas, double[]> of)
    {
        double[] sum = new double[of(images[0]).Length];
        foreach (Areas image in images)
        {
            double[] own = of(image);
            for (int index = 0; index < sum.Length; index++)
            {
                sum[index] += own[index];
            }
        }

        return sum;
    }

    private static double[] Measured(IReadOnlyList<Areas> images) => Numbers(Sum(images, one => one.Right), Sum(images, one => one.Predicted), Sum(images, one => one.There));

    private static double[] Times(double[] sums, double[] ratios) => [.. sums.Zip(ratios, (sum, ratio) => sum * ratio)];

    /// <summary>Mean intersection over union of the classes that are predicted or there, and pixel accuracy.</summary>
    private static double[] Numbers(double[] right, double[] predicted, double[] there)
    {
        (double sum, int classes) = (0, 0);
        for (int index = 0; index < right.Length; index++)
        {
            double covered = Math.Min(right[index], Math.Min(predicted[index], there[index])), union = predicted[index] + there[index] - covered;
            if (union > 1e-6)
            {
                (sum, classes) = (sum + (covered / union), classes + 1);
            }
        }

        return [classes > 0 ? sum / classes : double.NaN, right.Sum() / predicted.Sum()];
    }
}
