namespace VisionMonitor.Vision.Heads;

/// <summary>Tells classes apart by an embedding.</summary>
public interface IHead
{
    /// <summary>Number of classes.</summary>
    int ClassCount { get; }

    /// <summary>Writes a probability per class, which sum to 1.</summary>
    void Predict(ReadOnlySpan<float> vector, Span<float> probabilities);
}
