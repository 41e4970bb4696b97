using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// NanoDet-m: per stride one output of class probabilities <c>[1, cells, C]</c> and one of distances <c>[1, cells, 4 × bins]</c>. A distance
/// is the mean bin under a softmax, times the stride.
/// </summary>
public sealed class NanoDetDetection : IModelFamily
{
    /// <inheritdoc/>
    public string Id => "nanodet";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Detection;

    /// <inheritdoc/>
    public ContractGuess? Recognize(OnnxSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        if (signature.ImageInput is null || signature.Outputs.Count != 6)
        {
            return null;
        }

        ModelInput input = Suggestion.Input(signature);
        bool isNamed = signature.Outputs.Any(output => output.Name.StartsWith("cls_pred_stride", StringComparison.Ordinal)) && signature.Outputs.Any(output => output.Name.StartsWith("dis_pred_stride", StringComparison.Ordinal));
        int? classCount = isNamed
            ? signature.Outputs.First(output => output.Name.StartsWith("cls_pred_stride", StringComparison.Ordinal)) is { Shape: [_, _, var named] } ? named : null
            : ClassesByShape(signature.Outputs, input);
        if (classCount is not { } count)
        {
            return null;
        }

        input = input with
        {
            Colours = ColourOrder.Bgr,
            Scale = 1,
            Mean = [103.53, 116.28, 123.675],
            Deviation = [57.375, 57.12, 58.395],
        };
        ContractGuess guess = Suggestion.Of(this, signature, input, count, Suggestion.Assumed("NanoDet's BGR with ImageNet's mean and deviation, stretched"));
        return guess with { Contract = guess.Contract with { Thresholds = new() { Confidence = 0.35, Overlap = 0.6 } } };
    }

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(contract);
        List<BoxCandidate> candidates = [];
        bool isNamed = Enumerable.Range(0, outputs.Count).Any(index => outputs[index].Name.StartsWith("cls_pred_stride", StringComparison.Ordinal));
        for (int stride = 8; stride <= 32; stride *= 2)
        {
            int cells = (contract.Input.Width / stride) * (contract.Input.Height / stride);
            string suffix = $"stride_{stride}";
            OutputTensor scores = Shapes.Find(outputs, $"cls_pred_{suffix} [1, {cells}, classes]", output => Fits(output, cells, isNamed ? output.Name == "cls_pred_" + suffix : output.Shape[^1] == contract.Classes.Count));
            OutputTensor distances = Shapes.Find(outputs, $"dis_pred_{suffix} [1, {cells}, 4 × bins]", output => Fits(output, cells, isNamed ? output.Name == "dis_pred_" + suffix : output.Shape[^1] != contract.Classes.Count));
            AddCandidates(scores, distances, stride, contract, candidates);
        }

        List<BoxCandidate> kept = NonMaximumSuppression.Keep(candidates, contract.Thresholds);
        return new DetectionPrediction(NonMaximumSuppression.ToImage(kept, placement));

        static bool Fits(OutputTensor output, int cells, bool isTheOne) => isTheOne && output.Shape.Count == 3 && output.Shape[1] == cells;
    }

    /// <summary>
    /// The number of classes where an exporter named the outputs otherwise: two for each stride, of which those of 4 × 8 bins, or the only ones that
    /// divide by 4, are distances. Null where shapes do not tell.
    /// </summary>
    private static int? ClassesByShape(IReadOnlyList<OnnxTensorType> outputs, ModelInput input)
    {
        const int usualDistances = 32;
        ILookup<int, int> lengths = outputs.Where(output => output.Shape is [1 or -1, > 0, > 0]).ToLookup(output => output.Shape[1], output => output.Shape[2]);
        int[][] pairs = [.. new[] { 8, 16, 32 }.Select(stride => lengths[(input.Width / stride) * (input.Height / stride)].Order().ToArray())];
        if (pairs[0] is not [var low, var high] || low == high || !pairs.All(pair => pair.SequenceEqual(pairs[0])))
        {
            return null;
        }

        return (low, high) switch
        {
            (usualDistances, _) => high,
            (_, usualDistances) => low,
            _ when low % 4 != 0 && high % 4 == 0 => low,
            _ when low % 4 == 0 && high % 4 != 0 => high,
            _ => null,
        };
    }

    private static void AddCandidates(OutputTensor scores, OutputTensor distances, int stride, ModelContract contract, List<BoxCandidate> candidates)
    {
        int columns = contract.Input.Width / stride;
        (int classCount, int bins) = (scores.Shape[2], distances.Shape[2] / 4);
        for (int cell = 0; cell < scores.Shape[1]; cell++)
        {
            ReadOnlySpan<float> classes = scores.Values.Slice(cell * classCount, classCount);
            ReadOnlySpan<float> sides = distances.Values.Slice(cell * bins * 4, bins * 4);
            (float x, float y) = ((cell % columns + 0.5f) * stride, (cell / columns + 0.5f) * stride);
            if (Candidate(classes, sides, x, y, stride, (float)contract.Thresholds.Confidence, candidates.Count) is { } candidate)
            {
                candidates.Add(candidate);
            }
        }
    }

    /// <summary>The box about a point, or null where its surest class is too unsure.</summary>
    internal static BoxCandidate? Candidate(ReadOnlySpan<float> classes, ReadOnlySpan<float> sides, float x, float y, int stride, float threshold, int ordinal)
    {
        int best = 0;
        for (int index = 1; index < classes.Length; index++)
        {
            best = classes[index] > classes[best] ? index : best;
        }

        if (classes[best] < threshold)
        {
            return null;
        }

        int bins = sides.Length / 4;
        return new(
            best,
            x - MeanBin(sides[..bins]) * stride,
            y - MeanBin(sides.Slice(bins, bins)) * stride,
            x + MeanBin(sides.Slice(2 * bins, bins)) * stride,
            y + MeanBin(sides.Slice(3 * bins, bins)) * stride,
            classes[best],
            ordinal);
    }

    private static float MeanBin(ReadOnlySpan<float> logits)
    {
        float largest = logits[0];
        foreach (float logit in logits)
        {
            largest = Math.Max(largest, logit);
        }

        (float sum, float weighted) = (0, 0);
        for (int bin = 0; bin < logits.Length; bin++)
        {
            float weight = MathF.Exp(logits[bin] - largest);
            sum += weight;
            weighted += weight * bin;
        }

        return weighted / sum;
    }
}
