using System.Text.Json.Serialization;

namespace VisionMonitor.Vision.Predictions;

/// <summary>One segment of a panoptic prediction.</summary>
/// <param name="Id">Its id in the map, from 1.</param>
/// <param name="ClassIndex">Its class, from 0.</param>
/// <param name="Confidence">0 to 1.</param>
public sealed record PredictedSegment(int Id, int ClassIndex, double Confidence)
{
    /// <summary>
    /// The intersection over union, 0 to 1, that it should have with what is truly there if the probabilities of its mask were right; null where the model
    /// gives it no such probabilities.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ExpectedOverlap { get; init; }

    /// <summary>Rounded for storage.</summary>
    /// <param name="inside">The mask's probability, summed over the segment's pixels.</param>
    /// <param name="pixels">The segment's pixels.</param>
    /// <param name="everywhere">The mask's probability, summed over the image.</param>
    internal static double? OverlapOf(double inside, double pixels, double everywhere) =>
        pixels + everywhere - inside is > 0 and var union ? Math.Clamp(Math.Round(inside / union, 4), 0, 1) : null;
}
