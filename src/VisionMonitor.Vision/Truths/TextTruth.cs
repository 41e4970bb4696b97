using System.Text.Json.Serialization;

namespace VisionMonitor.Vision.Truths;

/// <summary>The lines of text in an image.</summary>
/// <param name="Lines">Every line; an empty list says that a person looked and found none.</param>
public sealed record TextTruth(IReadOnlyList<TruthLine> Lines) : Truth
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override VisionTask Task => VisionTask.Text;
}
