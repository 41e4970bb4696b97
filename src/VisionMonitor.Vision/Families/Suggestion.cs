using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;

namespace VisionMonitor.Vision.Families;

/// <summary>The parts of a guess that families share.</summary>
internal static class Suggestion
{
    /// <summary>Channel means of ImageNet after scaling to 0..1, red first.</summary>
    public static IReadOnlyList<double> ImageNetMean { get; } = [0.485, 0.456, 0.406];

    /// <summary>Channel deviations of ImageNet after scaling to 0..1, red first.</summary>
    public static IReadOnlyList<double> ImageNetDeviation { get; } = [0.229, 0.224, 0.225];

    /// <summary>The image input with its name, size, layout and channels; everything else is the family's to say.</summary>
    public static ModelInput Input(OnnxSignature signature)
    {
        OnnxTensorType image = signature.ImageInput ?? throw new ArgumentException("The model has no image input.", nameof(signature));
        (int height, int width) = ProbeInputs.FrameOf(signature);
        bool isLast = image.Shape[^1] is 1 or 3 && image.Shape[^3] is not (1 or 3);
        int channels = isLast ? image.Shape[^1] : image.Shape[^3];
        return new()
        {
            Name = image.Name,
            Width = width,
            Height = height,
            Layout = (image.Shape.Count, isLast) switch
            {
                (3, true) => TensorLayout.Hwc,
                (3, false) => TensorLayout.Chw,
                (_, true) => TensorLayout.Nhwc,
                _ => TensorLayout.Nchw,
            },
            Colours = channels == 1 ? ColourOrder.Grey : ColourOrder.Rgb,

            // Bytes cannot hold anything but grey levels; the graph scales them itself.
            Scale = image.ElementType == "uint8" ? 1 : 1.0 / 255,
        };
    }

    /// <summary>A guess whose class names come from the metadata; where they are absent, an assumption says so.</summary>
    public static ContractGuess Of(IModelFamily family, OnnxSignature signature, ModelInput input, int classCount, params IEnumerable<string> assumptions)
    {
        IReadOnlyList<string> names = ExporterMetadata.Names(signature);
        List<string> assumed = [.. assumptions];
        if (names.Count == 0 && CustomaryClasses.Find(family.Task, classCount) is ({ } whose, { } customary))
        {
            assumed.Add($"The file has no class names: its {classCount} classes are taken for {whose}.");
            names = customary;
        }
        else if (classCount > 0 && names.Count != classCount)
        {
            assumed.Add(names.Count == 0
                ? $"The file has no names for its {classCount} classes: they are numbered."
                : $"The file names {names.Count} classes, its output has {classCount}: they are numbered.");
            names = [.. Enumerable.Range(0, classCount).Select(index => $"class {index}")];
        }

        if (signature.ImageInput is { Shape: [> 1, _, _, _] } image)
        {
            assumed.Add($"The model takes {image.Shape[0]} images at once and scores one: export it with a free batch to be {image.Shape[0]} times as fast.");
        }

        return new(new() { Family = family.Id, Task = family.Task, Classes = classCount > 0 ? names : [], Input = input }, assumed);
    }

    /// <summary>The number of grid cells at strides 8, 16 and 32.</summary>
    public static int CellCount(ModelInput input)
    {
        int count = 0;
        for (int stride = 8; stride <= 32; stride *= 2)
        {
            count += (input.Width / stride) * (input.Height / stride);
        }

        return count;
    }

    /// <summary>Sentence for preprocessing that no file says.</summary>
    public static string Assumed(string preprocessing) => $"Preprocessing cannot be read from the graph; assumed: {preprocessing}.";

    /// <summary>The letterbox of Ultralytics, which its exporter's metadata makes sure of.</summary>
    public static ModelInput Letterboxed(ModelInput input) => input with { Resize = ResizeKind.LetterboxCentred };
}
