namespace VisionMonitor.Vision.Onnx;

/// <summary>What a model says of itself: enough to guess its family, nothing of its weights.</summary>
public sealed record OnnxSignature
{
    /// <summary>The tool that wrote it.</summary>
    public string Producer { get; init; } = "";

    /// <summary>Version of the standard operators.</summary>
    public long Opset { get; init; }

    /// <summary>Inputs, without those that have a value of their own.</summary>
    public IReadOnlyList<OnnxTensorType> Inputs { get; init; } = [];

    /// <summary>Outputs.</summary>
    public IReadOnlyList<OnnxTensorType> Outputs { get; init; } = [];

    /// <summary>Keys and values that exporters leave; text of a stranger.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Number of operators, those of branches and functions included.</summary>
    public int NodeCount { get; init; }

    /// <summary>How often each operator of the standard occurs; transformers and convolutional networks differ here.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyDictionary<string, int> OperatorCounts { get; init; } = new Dictionary<string, int>();

    /// <summary>The input that an image goes into: the first of floats, or else of bytes, with three or four axes; null where there is none.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public OnnxTensorType? ImageInput => Inputs.FirstOrDefault(input => input.IsFloat && input.Shape.Count is 3 or 4)
        ?? Inputs.FirstOrDefault(input => input.ElementType == "uint8" && input.Shape.Count is 3 or 4);
}
