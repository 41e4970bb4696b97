using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
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
    public ContractGuess? Recognize(OnnxSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        OnnxTensorType? scores = signature.Outputs.FirstOrDefault(output => ClassCount(output) > 0 && !EmbeddingBackbone.IsEmbedding(output, signature));

        // The whole of CLIP gives one score per text that it is asked about.
        bool isClip = signature.Outputs.Any(output => output.Name is "image_embeds" or "logits_per_image");
        bool isPrompted = signature.Inputs.Any(input => input.Name == "point_coords");
        if (scores is null || isClip || isPrompted || signature.ImageInput is not { Shape.Count: 4 })
        {
            return null;
        }

        (ModelInput input, string assumption) = Preprocessing(signature, scores);
        ContractGuess guess = Suggestion.Of(this, signature, input, ClassCount(scores), assumption);
        string? embedding = signature.Outputs.FirstOrDefault(output => output != scores && EmbeddingBackbone.IsEmbedding(output, signature))?.Name;
        return guess with { Contract = guess.Contract with { Outputs = [scores.Name], EmbeddingOutput = embedding } };
    }

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

    /// <summary>C of [1, C], also with trailing ones; 0 where the output is something else.</summary>
    private static int ClassCount(OnnxTensorType output) =>
        output.Shape.Count is >= 2 and <= 4 && output.Shape[0] is 1 or -1 && output.Shape.Skip(2).All(length => length == 1) ? Math.Max(0, output.Shape[1]) : 0;

    private static (ModelInput Input, string Assumption) Preprocessing(OnnxSignature signature, OnnxTensorType scores)
    {
        ModelInput input = Suggestion.Input(signature);
        if (signature.Metadata.GetValueOrDefault("Image.NominalPixelRange") == "NominalRange_0_255")
        {
            return (input with { Scale = 1 }, Suggestion.Assumed("grey levels 0 to 255, stretched"));
        }

        if (ExporterMetadata.Task(signature) == "classify")
        {
            return (input with { Resize = ResizeKind.CentreCrop }, Suggestion.Assumed("shorter side to the frame, centre crop, RGB 0 to 1"));
        }

        if (signature.Producer == "onnx-caffe2")
        {
            return (
                input with { Resize = ResizeKind.CentreCrop, ShorterSide = 256, Colours = ColourOrder.Bgr, Scale = 1, Mean = [103.94, 116.78, 123.68] },
                Suggestion.Assumed("Caffe's BGR 0 to 255 minus the channel means, shorter side 256, centre crop"));
        }

        if (signature.ImageInput!.Name == "x" && scores.Name.StartsWith("softmax_", StringComparison.Ordinal))
        {
            return (
                input with { Resize = ResizeKind.TextLine, Colours = ColourOrder.Bgr, Mean = [0.5], Deviation = [0.5], Kernel = Images.ResizeKernel.Bilinear },
                Suggestion.Assumed("PaddleOCR's BGR from -1 to 1, padded to the right"));
        }

        if (signature.ImageInput.ElementType == "uint8")
        {
            return (input, Suggestion.Assumed("bytes as they are, RGB, stretched; the graph scales them itself"));
        }

        if (signature.ImageInput.Name == "x" && (input.Width, input.Height) == (160, 80))
        {
            return (
                input with { Colours = ColourOrder.Bgr, Mean = Suggestion.ImageNetMean, Deviation = Suggestion.ImageNetDeviation, Kernel = Images.ResizeKernel.Bilinear },
                Suggestion.Assumed("PaddleOCR's BGR with ImageNet's mean and deviation in that order, stretched"));
        }

        if (input.Layout == TensorLayout.Nhwc && input.Colours != ColourOrder.Grey)
        {
            return (input with { Mean = [0.5], Deviation = [0.5] }, Suggestion.Assumed("Keras's RGB from -1 to 1, stretched"));
        }

        // A transformer's only convolution cuts the image into patches.
        if (signature.ImageInput.Name == "pixel_values" && signature.OperatorCounts.GetValueOrDefault("Conv") == 1)
        {
            return (
                input with { Mean = [0.5], Deviation = [0.5] },
                Suggestion.Assumed("Google's ViT: RGB from -1 to 1, stretched (DeiT and Swin take ImageNet's mean and deviation)"));
        }

        if (input.Colours == ColourOrder.Grey)
        {
            return (input, Suggestion.Assumed("grey 0 to 1, stretched"));
        }

        // Models for small pictures (CIFAR) see them whole; others the middle of 256 in 224, the habit of torchvision and timm.
        bool isSmall = input.Width < 96;
        ModelInput common = input with
        {
            Resize = isSmall ? ResizeKind.Stretch : ResizeKind.CentreCrop,
            ShorterSide = isSmall ? 0 : (int)Math.Round(Math.Max(input.Width, input.Height) * 256 / 224.0),
            Mean = Suggestion.ImageNetMean,
            Deviation = Suggestion.ImageNetDeviation,
        };
        return (common, Suggestion.Assumed($"RGB with ImageNet's mean and deviation, {(isSmall ? "stretched" : $"shorter side {common.ShorterSide}, centre crop")}; '{scores.Name}' are class scores"));
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
