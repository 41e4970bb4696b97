using System.Numerics.Tensors;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Text;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// CLIP whole: the first network makes vectors of images, the part <c>text</c> (or the same file, where it takes both) makes vectors of texts, whose
/// words the part <c>tokenizer</c> numbers. A class's probability is the softmax over the scaled cosines between the image and the classes' texts, as in
/// CLIP's paper (2021), section 3.1. The texts are read once, when the model is opened. The image's vector is the embedding.
/// </summary>
public sealed class ZeroShotClassifier : IComposedFamily
{
    private const string Text = "text";
    private const string Tokenizer = "tokenizer";

    /// <inheritdoc/>
    public string Id => "zero-shot";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Classification;

    /// <inheritdoc/>
    public string FirstFamily => "embedding";

    /// <inheritdoc/>
    public IReadOnlyList<PartRole> Roles { get; } = [new(Text, PartKind.Network, IsRequired: false), new(Tokenizer, PartKind.File, IsRequired: true)];

    /// <inheritdoc/>
    public ModelContract Complete(ModelContract contract)
    {
        ArgumentNullException.ThrowIfNull(contract);
        return contract with { ZeroShot = contract.ZeroShot ?? new() };
    }

    /// <inheritdoc/>
    public ModelSession Open(string modelPath, ModelContract contract, SessionOptions options) => new ComposedSession(modelPath, contract, options, FirstFamily, parts =>
    {
        if (contract.Classes.Count == 0)
        {
            throw parts.Refusal("its contract names no classes to look for; give them with --classes FILE, one per line");
        }

        ZeroShotSettings settings = contract.ZeroShot ?? new();
        BytePairTokenizer tokenizer = BytePairTokenizer.Read(parts.ReadFile(Tokenizer), parts[Tokenizer].File!);
        using Network network = parts.OpenNetwork(Text);
        TextEncoder encoder = new(network, tokenizer, contract.Input);
        return new Reading([.. contract.Classes.Select(name => ClassVector(encoder, settings, name))], (float)settings.Scale);
    });

    /// <summary>The softmax of scaled cosines between one vector and others of length 1.</summary>
    internal static float[] Probabilities(ReadOnlySpan<float> vector, IReadOnlyList<float[]> classes, float scale)
    {
        float length = TensorPrimitives.Norm(vector);
        float[] scores = new float[classes.Count];
        for (int index = 0; index < scores.Length; index++)
        {
            if (classes[index].Length != vector.Length)
            {
                throw new ModelOutputException("unexpected_output_shape", $"Images become {vector.Length} numbers and texts {classes[index].Length}: the files are of different models.");
            }

            scores[index] = length > 0 ? scale * TensorPrimitives.Dot(vector, classes[index]) / length : 0;
        }

        float largest = TensorPrimitives.Max<float>(scores);
        double sum = 0;
        for (int index = 0; index < scores.Length; index++)
        {
            sum += scores[index] = MathF.Exp(scores[index] - largest);
        }

        TensorPrimitives.Multiply(scores, (float)(1 / sum), scores);
        return scores;
    }

    /// <summary>The mean direction of a class's texts, of length 1.</summary>
    private static float[] ClassVector(TextEncoder encoder, ZeroShotSettings settings, string name)
    {
        float[] sum = [];
        foreach (string prompt in settings.Prompts)
        {
            float[] vector = encoder.Embed(prompt.Replace("{}", name, StringComparison.Ordinal));
            sum = sum.Length == 0 ? new float[vector.Length] : sum;
            TensorPrimitives.MultiplyAdd(vector, 1 / TensorPrimitives.Norm<float>(vector), sum, sum);
        }

        TensorPrimitives.Multiply(sum, 1 / TensorPrimitives.Norm<float>(sum), sum);
        return sum;
    }

    private sealed class Reading(float[][] classes, float scale) : IComposedReading
    {
        public Prediction Read(ModelOutputs outputs, in Placement placement, DecodedImage image, CancellationToken cancellationToken) =>
            new ClassificationPrediction(Probabilities(EmbeddingVector.Of(outputs[0]), classes, scale));
    }
}
