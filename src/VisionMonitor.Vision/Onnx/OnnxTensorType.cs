namespace VisionMonitor.Vision.Onnx;

/// <summary>An input or output of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ElementType">The element's name as ONNX spells it: <c>float</c>, <c>float16</c>, <c>int64</c>, <c>uint8</c>, <c>string</c> and so on.</param>
/// <param name="Shape">The length of every axis; -1 where it is free.</param>
public sealed record OnnxTensorType(string Name, string ElementType, IReadOnlyList<int> Shape)
{
    /// <summary>Whether the elements are numbers that an image can be written to.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsFloat => ElementType is "float" or "float16";

    /// <summary>Name and shape for people.</summary>
    public override string ToString() => $"{Name} {ElementType} [{string.Join(", ", Shape.Select(length => length < 0 ? "?" : $"{length}"))}]";
}
