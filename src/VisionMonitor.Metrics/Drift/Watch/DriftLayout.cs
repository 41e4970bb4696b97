namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>How an image's features lie in a row: random Fourier features, scores in random directions, the length of the embedding, image properties, confidence.</summary>
/// <param name="FeatureCount">Random Fourier features.</param>
/// <param name="ComponentCount">Scores in random directions.</param>
/// <param name="PropertyCount">Image properties, 0 where none are measured.</param>
public readonly record struct DriftLayout(int FeatureCount, int ComponentCount, int PropertyCount)
{
    /// <summary>Numbers in a row.</summary>
    public int RowLength => FeatureCount + ComponentCount + PropertyCount + 2;

    /// <summary>Where the numbers of a channel lie; empty for the class mix, which is counted.</summary>
    public Range Of(DriftChannel channel) => channel switch
    {
        DriftChannel.Appearance => ..FeatureCount,
        DriftChannel.Direction => FeatureCount..(FeatureCount + ComponentCount),
        DriftChannel.Structure => (FeatureCount + ComponentCount)..(FeatureCount + ComponentCount + 1),
        DriftChannel.Properties => (FeatureCount + ComponentCount + 1)..(RowLength - 1),
        DriftChannel.Confidence => (RowLength - 1)..RowLength,
        _ => ..0,
    };
}
