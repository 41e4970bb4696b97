using System.Text.Json.Serialization;

namespace VisionMonitor.Vision.Predictions;

/// <summary>A probability for every class.</summary>
/// <param name="Probabilities">By class index, each 0 to 1.</param>
public sealed record ClassificationPrediction(float[] Probabilities) : Prediction
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override VisionTask Task => VisionTask.Classification;

    /// <summary>The most probable class; of equals the first. -1 where there is no class.</summary>
    [JsonIgnore]
    public int TopClassIndex
    {
        get
        {
            int top = Probabilities.Length == 0 ? -1 : 0;
            for (int index = 1; index < Probabilities.Length; index++)
            {
                top = Probabilities[index] > Probabilities[top] ? index : top;
            }

            return top;
        }
    }
}
