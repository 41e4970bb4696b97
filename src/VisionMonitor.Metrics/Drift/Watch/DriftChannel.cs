namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>One way in which windows can differ from a baseline. The order is that of the sums of a <see cref="DriftWindow"/>.</summary>
public enum DriftChannel
{
    /// <summary>Random Fourier features after class-mix adjustment: any change of appearance.</summary>
    Appearance,

    /// <summary>Scores in random directions after class-mix adjustment: a move of the mean.</summary>
    Direction,

    /// <summary>Length of the embedding: how strongly the network responds at all.</summary>
    Structure,

    /// <summary>Shares of the predicted classes.</summary>
    ClassMix,

    /// <summary>Image properties such as brightness and sharpness, after class-mix adjustment.</summary>
    Properties,

    /// <summary>The model's confidence, after class-mix adjustment.</summary>
    Confidence,
}
