namespace VisionMonitor.Metrics.Classification;

/// <summary>From evidence and weights to the report: sums in image order, so that the same input gives the same bits.</summary>
internal static class ClassificationSummary
{
    private const double LowestProbability = 1e-15;

    public static ClassificationReport Of(ClassificationEvaluation evaluation, ReadOnlySpan<ClassificationEvidence> evidence, ReadOnlySpan<double> weights, ClassRanking? ranking)
    {
        int classCount = evaluation.ClassCount;
        double[] confusion = new double[classCount * classCount];
        double[] ranks = new double[classCount], optimistic = new double[classCount], pessimistic = new double[classCount], top5 = new double[classCount];
        double[] confidences = new double[evidence.Length];
        bool[] isCorrect = new bool[evidence.Length];
        double total = 0, logLoss = 0, brier = 0, entropy = 0, confidence = 0, correct = 0;
        long images = 0;
        for (int i = 0; i < evidence.Length; i++)
        {
            ClassificationEvidence one = evidence[i];
            Check(one, classCount, i);
            confidences[i] = one.Confidence;
            isCorrect[i] = one.PredictedIndex == one.TruthIndex;
            double weight = weights.IsEmpty ? 1 : weights[i];
            if (weight == 0)
            {
                continue;
            }

            images++;
            total += weight;
            confusion[(one.TruthIndex * classCount) + one.PredictedIndex] += weight;
            ranks[one.TruthRank] += weight;
            optimistic[one.TruthRank - one.TiedBefore] += weight;
            pessimistic[one.TruthRank + one.TiedAfter] += weight;
            top5[one.TruthIndex] += one.IsInTop(5) ? weight : 0;
            logLoss -= weight * Math.Log(Math.Max(one.TruthProbability, LowestProbability));
            brier += weight * one.SquaredError;
            entropy += weight * one.Entropy;
            confidence += weight * one.Confidence;
            correct += isCorrect[i] ? weight : 0;
        }

        return new ClassificationReport
        {
            ImageCount = images,
            WeightSum = total,
            Confusion = confusion,
            PerClass = Classes(evidence, weights, confusion, top5, ranking),
            LogLoss = PerImage(logLoss),
            Brier = PerImage(brier),
            MeanEntropy = PerImage(entropy),
            Overconfidence = PerImage(confidence - correct),
            CalibrationRightClosed = Calibration.RightClosed(confidences, isCorrect, weights, evaluation.BinCount),
            CalibrationLeftClosed = Calibration.LeftClosed(confidences, isCorrect, weights, evaluation.BinCount),
            CalibrationEqualMass = Calibration.EqualMass(confidences, isCorrect, weights, evaluation.BinCount),
            ClasswiseCalibrationError = total > 0 && HasProbabilities(evidence, classCount) ? Classwise(evidence, weights, evaluation.BinCount, classCount) : null,
            RankWeights = ranks,
            OptimisticRankWeights = optimistic,
            PessimisticRankWeights = pessimistic,
        };

        double? PerImage(double sum) => total > 0 ? sum / total : null;
    }

    private static ClassReport[] Classes(ReadOnlySpan<ClassificationEvidence> evidence, ReadOnlySpan<double> weights, double[] confusion, double[] top5, ClassRanking? ranking)
    {
        int classCount = top5.Length;
        var classes = new ClassReport[classCount];
        ranking ??= HasProbabilities(evidence, classCount) ? new ClassRanking(evidence) : null;
        for (int c = 0; c < classCount; c++)
        {
            double support = 0, predicted = 0;
            for (int other = 0; other < classCount; other++)
            {
                support += confusion[(c * classCount) + other];
                predicted += confusion[(other * classCount) + c];
            }

            (double? RocAuc, double? AveragePrecision) areas = ranking?.Areas(c, weights) ?? default;
            classes[c] = new ClassReport(c, confusion[(c * classCount) + c], support, predicted, support > 0 ? top5[c] / support : null, areas.RocAuc, areas.AveragePrecision);
        }

        return classes;
    }

    private static double Classwise(ReadOnlySpan<ClassificationEvidence> evidence, ReadOnlySpan<double> weights, int binCount, int classCount)
    {
        double[] count = new double[classCount * binCount], right = new double[classCount * binCount], sums = new double[classCount * binCount];
        double total = 0;
        for (int i = 0; i < evidence.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            total += weight;
            double[] values = evidence[i].Values;
            for (int c = 0; c < classCount && weight > 0; c++)
            {
                int bin = (c * binCount) + Calibration.RightClosedBin(values[c], binCount);
                count[bin] += weight;
                sums[bin] += weight * values[c];
                right[bin] += c == evidence[i].TruthIndex ? weight : 0;
            }
        }

        double error = 0;
        for (int bin = 0; bin < count.Length; bin++)
        {
            error += Math.Abs(right[bin] - sums[bin]);
        }

        return error / total / classCount;
    }

    private static bool HasProbabilities(ReadOnlySpan<ClassificationEvidence> evidence, int classCount)
    {
        foreach (ClassificationEvidence one in evidence)
        {
            if (one.Values.Length != classCount)
            {
                return false;
            }
        }

        return !evidence.IsEmpty;
    }

    private static void Check(ClassificationEvidence one, int classCount, int image)
    {
        int lastRank = one.TruthRank + one.TiedAfter;
        if ((uint)one.TruthIndex >= (uint)classCount || (uint)one.PredictedIndex >= (uint)classCount || (uint)lastRank >= (uint)classCount || one.TiedBefore > one.TruthRank)
        {
            throw new ArgumentException($"The evidence of image {image} belongs to an evaluation of more than {classCount} classes.", nameof(one));
        }
    }
}
