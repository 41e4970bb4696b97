namespace VisionMonitor.Vision.Predictions;

/// <summary>How sure a map of classes is of one class. All are shares of the image's area, 0 to 1.</summary>
/// <param name="ClassIndex">The class.</param>
/// <param name="Area">Where it is predicted.</param>
/// <param name="Sure">The probability of the class, summed over where it is predicted: the area that should be right if the probabilities were calibrated.</param>
/// <param name="Mass">The probability of the class, summed over the whole image: the area that it should truly have.</param>
public sealed record ClassSureness(int ClassIndex, float Area, float Sure, float Mass);
