using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>One score per class: torchvision, timm, Hugging Face, Caffe, Ultralytics <c>-cls</c>. Logits and probabilities are told apart.</summary>
public sealed class Classifier : IModelFamily
{
    /// <inheritdoc/>
    public string Id => "classifier";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Classification;

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(contract);
        OutputTensor scores = outputs[0];
        int count = scores.Values.Length;
        if (count == 0 || scores.Shape[0] != 1 || (contract.Classes.Count > 0 && count != contract.Classes.Count && !(count == 1 && contract.Classes.Count == 2)))
        {
            throw new ModelOutputException("unexpected_output_shape", $"The output '{scores.Name}' has {count} scores for one image; the contract has {contract.Classes.Count} classes.");
        }

        return new ClassificationPrediction(count == 1 ? Binary(scores.Values[0]) : Probabilities(scores.Values));
    }

    private static float[] Binary(float score)
    {
        float second = score is >= 0 and <= 1 ? score : (float)(1 / (1 + Math.Exp(-score)));
        return [1 - second, second];
    }

    private static float[] Probabilities(ReadOnlySpan<float> scores)
    {
        (double sum, float smallest, float largest) = (0, scores[0], scores[0]);
        foreach (float score in scores)
        {
            sum += score;
            smallest = Math.Min(smallest, score);
            largest = Math.Max(largest, score);
        }

        // Some exports end in a softmax. Half-precision probabilities sum to 1 within a few thousandths.
        if (smallest >= 0 && Math.Abs(sum - 1) < 0.01)
        {
            return [.. scores];
        }

        float[] probabilities = new float[scores.Length];
        double total = 0;
        for (int index = 0; index < probabilities.Length; index++)
        {
            total += probabilities[index] = MathF.Exp(scores[index] - largest);
        }

        for (int index = 0; index < probabilities.Length; index++)
        {
            probabilities[index] = (float)(probabilities[index] / total);
        }

        return probabilities;
    }
}
