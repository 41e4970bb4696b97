namespace VisionMonitor.Metrics.Classification;

/// <summary>How far confidence lies from accuracy under one way of binning; compare only values with the same bins and scheme.</summary>
/// <param name="ExpectedError">ECE: the mean over images of |accuracy − confidence| of their bin, 0 to 1.</param>
/// <param name="MaximumError">MCE: the largest |accuracy − confidence| of a bin that holds an image.</param>
/// <param name="RootMeanSquareError">√ of the mean over images of (accuracy − confidence)² of their bin.</param>
/// <param name="Bins">The reliability curve.</param>
public sealed record CalibrationReport(double? ExpectedError, double? MaximumError, double? RootMeanSquareError, IReadOnlyList<CalibrationBin> Bins);

/// <summary>One point of the reliability curve.</summary>
/// <param name="Weight">Weight of the images in the bin.</param>
/// <param name="Accuracy">Their share that is right; null where the bin is empty.</param>
/// <param name="Confidence">Their mean confidence; null where the bin is empty.</param>
public readonly record struct CalibrationBin(double Weight, double? Accuracy, double? Confidence);
