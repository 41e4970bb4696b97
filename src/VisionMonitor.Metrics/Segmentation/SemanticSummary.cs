namespace VisionMonitor.Metrics.Segmentation;

/// <summary>Pools sparse confusion matrices. Pixel counts stay integers below 2⁵³, so without weights the sums are exact.</summary>
internal static class SemanticSummary
{
    public static SemanticReport Of(int classCount, ReadOnlySpan<SemanticEvidence> evidence, ReadOnlySpan<double> weights)
    {
        int width = classCount + 1;
        double[] pooled = new double[width * width], intersection = new double[classCount], union = new double[classCount];
        double imageMeans = 0, imageWeights = 0;
        long images = 0;
        for (int i = 0; i < evidence.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            if (weight == 0)
            {
                continue;
            }

            images++;
            foreach (ConfusionCell cell in evidence[i].Cells)
            {
                pooled[(cell.Truth * width) + cell.Predicted] += weight * cell.Count;
            }

            foreach (BoundaryCell boundary in evidence[i].Boundaries)
            {
                intersection[boundary.Class] += weight * boundary.Intersection;
                union[boundary.Class] += weight * boundary.Union;
            }

            if (ImageMean(evidence[i]) is { } mean)
            {
                imageMeans += weight * mean;
                imageWeights += weight;
            }
        }

        return Report(classCount, pooled, intersection, union, images, imageWeights > 0 ? imageMeans / imageWeights : null);
    }

    private static SemanticReport Report(int classCount, double[] pooled, double[] intersection, double[] union, long images, double? imageMean)
    {
        int width = classCount + 1;
        var classes = new SemanticClassReport[classCount];
        double valid = 0, correct = 0, predictedOutside = 0, frequencyWeighted = 0;
        for (int c = 0; c < classCount; c++)
        {
            double truth = 0, predicted = 0;
            for (int o = 0; o < width; o++)
            {
                truth += pooled[(c * width) + o];
                predicted += o < classCount ? pooled[(o * width) + c] : 0;
            }

            classes[c] = new SemanticClassReport(c, pooled[(c * width) + c], truth, predicted, intersection[c], union[c]);
            valid += truth;
            correct += pooled[(c * width) + c];
            predictedOutside += pooled[(c * width) + classCount];
            frequencyWeighted += truth * (classes[c].IntersectionOverUnion ?? 0);
        }

        return new SemanticReport
        {
            ImageCount = images,
            PerClass = classes,
            Confusion = pooled,
            ValidPixels = valid,
            TruthOutOfRangePixels = pooled.AsSpan(classCount * width).ToArray().Sum(),
            PredictedOutOfRangePixels = predictedOutside,
            PixelAccuracy = valid > 0 ? correct / valid : null,
            FrequencyWeightedIntersectionOverUnion = valid > 0 ? frequencyWeighted / valid : null,
            ImageMeanIntersectionOverUnion = imageMean,
        };
    }

    private static double? ImageMean(SemanticEvidence evidence)
    {
        var sums = new SortedDictionary<int, (long Right, long Union)>();
        foreach (ConfusionCell cell in evidence.Cells)
        {
            if (cell.Truth == evidence.ClassCount)
            {
                continue;
            }

            bool isRight = cell.Truth == cell.Predicted;
            Add(cell.Truth, isRight ? cell.Count : 0, cell.Count);
            if (!isRight && cell.Predicted < evidence.ClassCount)
            {
                Add(cell.Predicted, 0, cell.Count);
            }
        }

        double sum = 0;
        foreach ((long right, long union) in sums.Values)
        {
            sum += (double)right / union;
        }

        return sums.Count == 0 ? null : sum / sums.Count;

        void Add(int index, long right, long pixels)
        {
            (long r, long u) = sums.GetValueOrDefault(index);
            sums[index] = (r + right, u + pixels);
        }
    }
}
