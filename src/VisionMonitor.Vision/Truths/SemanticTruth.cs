using System.Text.Json.Serialization;
using VisionMonitor.Vision.Masks;

namespace VisionMonitor.Vision.Truths;

/// <summary>A class for every pixel.</summary>
/// <param name="Map">The class index per pixel; <see cref="Ignored"/> where nobody knows.</param>
public sealed record SemanticTruth(ClassMap Map) : Truth
{
    /// <summary>The value of pixels that count neither for nor against a model.</summary>
    public const int Ignored = -1;

    /// <inheritdoc/>
    [JsonIgnore]
    public override VisionTask Task => VisionTask.SemanticSegmentation;
}
