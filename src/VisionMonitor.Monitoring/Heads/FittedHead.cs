using VisionMonitor.Vision;
using VisionMonitor.Vision.Heads;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Monitoring.Heads;

/// <summary>A head and how it does on images that it was not fitted to.</summary>
/// <param name="Head">The head, calibrated where its kind allows it.</param>
/// <param name="Trial">Its cross-validation.</param>
/// <param name="What">Kind and settings, for people.</param>
/// <param name="Calibrated">Temperature and log loss before and after it; null where nothing is calibrated.</param>
public sealed record FittedHead(IHead Head, HeadTrial Trial, string What, (double Temperature, double Before, double After)? Calibrated)
{
    private static readonly double[] _penalties = [1e-4, 1e-3, 1e-2, 1e-1, 1];

    /// <summary>Fits a head; of logistic ones the penalty with the smallest cross-validated log loss is taken.</summary>
    public static FittedHead Fit(LabelledVectors vectors, HeadOrder order)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentNullException.ThrowIfNull(order);
        int folds = Math.Clamp(order.FoldCount, 2, vectors.Count);
        if (order.Kind == HeadOrder.Neighbours)
        {
            int k = Math.Clamp(order.NeighbourCount, 1, vectors.Count);
            return new(new NeighbourHead(vectors, k), HeadTrial.Run(vectors, folds, order.Seed, part => new NeighbourHead(part, Math.Min(k, part.Count))), $"{k} nearest neighbours", null);
        }

        (double penalty, HeadTrial trial) = _penalties
            .Select(one => (Penalty: one, Trial: HeadTrial.Run(vectors, folds, order.Seed, part => MultinomialLogistic.Fit(part, one, order.IsBalanced)))).MinBy(pair => pair.Trial.LogLoss);
        double temperature = trial.BestTemperature(vectors);
        return new(
            MultinomialLogistic.Fit(vectors, penalty, order.IsBalanced).AtTemperature(temperature),
            trial,
            FormattableString.Invariant($"logistic, penalty {penalty:g}"),
            (temperature, trial.LogLoss, trial.AtTemperature(vectors, temperature).LogLoss));
    }

    /// <summary>What came of it, in one sentence.</summary>
    public string Sentence => FormattableString.Invariant(
        $"{What}: cross-validated accuracy {Trial.Accuracy:0.0000} (95 % {Trial.AccuracyInterval.Low:0.0000} to {Trial.AccuracyInterval.High:0.0000}), balanced {Trial.BalancedAccuracy:0.0000}, log loss {Trial.LogLoss:0.####}");

    /// <summary>Backbone and head as one file, and how it is read: of a model of several files the head replaces what made texts into classes.</summary>
    public async Task<(byte[] Onnx, ModelContract Contract)> MergeAsync(Backbone backbone, IReadOnlyList<string> classNames, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        byte[] merged = HeadGraph.Append(await File.ReadAllBytesAsync(backbone.Path, cancellationToken), backbone.Contract.EmbeddingOutput!, backbone.AxisCount, Head);
        return (merged, backbone.Contract with
        {
            Family = "classifier",
            Task = VisionTask.Classification,
            Classes = classNames,
            Outputs = [HeadGraph.Output],
            Thresholds = new(),
            Sha256 = null,
            Parts = null,
            ZeroShot = null,
            Prompts = null,
        });
    }
}
