using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>Networks whose answer is a vector: OSNet, DINOv2, CLIP's image half.</summary>
public sealed class EmbeddingBackbone : IModelFamily
{
    /// <inheritdoc/>
    public string Id => "embedding";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Embedding;

    /// <inheritdoc/>
    public ContractGuess? Recognize(OnnxSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        OnnxTensorType? vector = signature.Outputs.FirstOrDefault(output => output.Name == "image_embeds")
            ?? signature.Outputs.FirstOrDefault(output => IsEmbedding(output, signature))
            ?? signature.Outputs.FirstOrDefault(output => output is { Name: "last_hidden_state", Shape.Count: 3 } or { Name: "image_embeddings", Shape.Count: 4 });
        bool isEncoder = signature.ImageInput is { Shape.Count: 4 } || (vector?.Name == "image_embeddings" && signature.ImageInput is { Shape.Count: 3 });
        if (vector is null || !isEncoder || signature.Inputs.Any(other => other.Name == "point_coords"))
        {
            return null;
        }

        ModelInput input = Suggestion.Input(signature);
        (input, string assumption) = (vector.Name, signature.ImageInput!.Name) switch
        {
            ("image_embeds" or "image_features", _) => (Clip(input), "CLIP's mean and deviation, bicubic, centre crop"),
            ("image_embeddings", _) when input.Layout == TensorLayout.Hwc => (
                input with { Scale = 1, Resize = ResizeKind.ShorterSideLimit, ShorterSide = 1024, Width = 1024, Height = 1024 }, "grey levels 0 to 255, longer side 1024; the graph normalises and pads"),
            ("image_embeddings", _) => (Sam(input), "SAM's longer side 1024 at the top left, zeros around it"),
            (_, "pixel_values") => (
                ImageNet(input) with { Resize = ResizeKind.CentreCrop, ShorterSide = input.Width * 256 / 224, Kernel = Images.ResizeKernel.BicubicAntialiased },
                "DINOv2's bicubic, shorter side 256 of 224, ImageNet's mean and deviation"),
            _ => (ImageNet(input), "RGB with ImageNet's mean and deviation, stretched"),
        };
        ContractGuess guess = Suggestion.Of(this, signature, input, 0, Suggestion.Assumed(assumption), $"'{vector.Name}' is an embedding, not class scores.");
        return guess with { Contract = guess.Contract with { Outputs = [vector.Name], EmbeddingOutput = vector.Name } };
    }

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return new EmbeddingPrediction(EmbeddingVector.Of(outputs[0]));
    }

    /// <summary>
    /// Whether a flat output is a vector rather than class scores: undecidable from its shape, so names speak first, then lengths that
    /// backbones like and label sets do not.
    /// </summary>
    internal static bool IsEmbedding(OnnxTensorType output, OnnxSignature signature)
    {
        if (output.Shape is not [1 or -1, > 1])
        {
            return false;
        }

        string name = output.Name.ToLowerInvariant();
        if (name.Contains("feat", StringComparison.Ordinal) || name.Contains("emb", StringComparison.Ordinal) || name.Contains("pool", StringComparison.Ordinal))
        {
            return true;
        }

        bool isNamedScores = name.Contains("logit", StringComparison.Ordinal) || name.Contains("prob", StringComparison.Ordinal) || name.Contains("softmax", StringComparison.Ordinal);
        bool isLengthOfVectors = output.Shape[1] is 128 or 256 or 384 or 512 or 768 or 1024 or 1280 or 2048;
        return !isNamedScores && isLengthOfVectors && ExporterMetadata.Names(signature).Count != output.Shape[1];
    }

    private static ModelInput ImageNet(ModelInput input) => input with { Mean = Suggestion.ImageNetMean, Deviation = Suggestion.ImageNetDeviation };

    private static ModelInput Sam(ModelInput input) => ImageNet(input) with { Resize = ResizeKind.PaddedTopLeft };

    private static ModelInput Clip(ModelInput input) => input with
    {
        Resize = ResizeKind.CentreCrop,
        Kernel = Images.ResizeKernel.BicubicAntialiased,
        Mean = [0.48145466, 0.4578275, 0.40821073],
        Deviation = [0.26862954, 0.26130258, 0.27577711],
    };
}
