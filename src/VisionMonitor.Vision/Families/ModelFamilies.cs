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

    /// <summary>The family with this id, or null.</summary>
    public static IModelFamily? Find(string id) => All.FirstOrDefault(family => family.Id == id);

    /// <summary>The guess of the first family that recognises a model, or null.</summary>
    public static ContractGuess? Recognize(OnnxSignature signature) =>
        All.Select(family => family.Recognize(signature)).FirstOrDefault(guess => guess is not null);
}
