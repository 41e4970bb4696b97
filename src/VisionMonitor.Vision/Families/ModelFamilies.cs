using VisionMonitor.Vision.Onnx;

namespace VisionMonitor.Vision.Families;

/// <summary>The list of families.</summary>
public static class ModelFamilies
{
    /// <summary>Every family, in the order in which they are asked whether they recognise a model: the most telling first.</summary>
    public static IReadOnlyList<IModelFamily> All { get; } =
    [
        new MaskQueries(),
        new YoloSegmentation(),
        new YoloPose(),
        new YoloTurnedBoxes(),
        new EndToEndDetection(),
        new DetrDetection(),
        new RtDetrDetection(),
        new YoloDetection(),
        new YoloObjectness(),
        new YoloXDetection(),
        new YoloHeads(),
        new NanoDetDetection(),
        new NanoDetPlus(),
        new FastestDetection(),
        new TorchvisionInstances(),
        new TorchvisionDetection(),
        new DecodedBoxDetection(),
        new PaddleTextDetection(),
        new PaddleTextRecognition(),
        new SemanticSegmentation(),
        new Classifier(),
        new EmbeddingBackbone(),
    ];

    /// <summary>Every family whose models are something else than one network.</summary>
    public static IReadOnlyList<IComposedFamily> Composed { get; } =
    [
        new ReadTextLines(),
        new ZeroShotClassifier(),
        new SegmentAnything(),
        new MergedPanoptic(),
        new TesseractLines(),
    ];

    /// <summary>The names of all families in contracts.</summary>
    public static IEnumerable<string> Ids => [.. All.Select(family => family.Id), .. Composed.Select(family => family.Id)];

    /// <summary>The task of the family with this id, composed or not; null where there is none.</summary>
    public static VisionTask? TaskOf(string id) => Find(id)?.Task ?? FindComposed(id)?.Task;

    /// <summary>Whether files in this role are no networks.</summary>
    public static bool IsFileRole(string role) => Composed.SelectMany(family => family.Roles).Any(known => known.Name == role && known.Kind == PartKind.File);

    /// <summary>Whether models of a family are no network at all: their contract is the whole model.</summary>
    public static bool IsProgram(string id) => FindComposed(id) is { FirstFamily: null };

    /// <summary>The composed family with this id, or null.</summary>
    public static IComposedFamily? FindComposed(string id) => Composed.FirstOrDefault(family => family.Id == id);

    /// <summary>The family with this id, or null.</summary>
    public static IModelFamily? Find(string id) => All.FirstOrDefault(family => family.Id == id);

    /// <summary>The guess of the first family that recognises a model, or null.</summary>
    public static ContractGuess? Recognize(OnnxSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);

        // A fixed batch of several images has the answers of one image several times: families know the answers of one.
        OnnxSignature one = signature.ImageInput is { Shape: [> 1 and int batch, _, _, _] }
            ? signature with { Outputs = [.. signature.Outputs.Select(output => output.Shape is [var count, ..] && count == batch ? output with { Shape = [1, .. output.Shape.Skip(1)] } : output)] }
            : signature;
        return All.Select(family => family.Recognize(one)).FirstOrDefault(guess => guess is not null);
    }
}
