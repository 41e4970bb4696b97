using VisionMonitor.Metrics.Drift.Watch;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.DriftDetection;

/// <summary>Windows as sums of sketches, and the baseline that they are measured from.</summary>
public sealed class SketchWindows
{
    private readonly int _classCount;
    private readonly string _fingerprint;
    private readonly DriftFeatures _features;
    private readonly float[] _rows;
    private readonly int[] _classes;
    private readonly double[] _hours;

    private SketchWindows(int classCount, string fingerprint, DriftFeatures features, float[] rows, int[] classes, double[] hours)
    {
        (_classCount, _fingerprint, _features, _rows, _classes, _hours) = (classCount, fingerprint, features, rows, classes, hours);
        Reference = DriftReference.From(features.Layout, rows, classes, classCount + 1);
    }

    /// <summary>The baseline.</summary>
    public DriftReference Reference { get; }

    /// <summary>Learns the baseline of a version; null where it has too few usable images.</summary>
    /// <param name="version">The version that answered.</param>
    /// <param name="classCount">Classes of the project.</param>
    /// <param name="baseline">The baseline's images as the version sees them.</param>
    public static SketchWindows? From(ModelVersion version, int classCount, IReadOnlyList<BaselineImage> baseline)
    {
        BaselineImage[] usable = [.. baseline.Where(image => image.Sketched.Embedding.Length == baseline[0].Sketched.Embedding.Length && image.Sketched.ClassIndex < classCount)];
        if (usable.Length < WindowCheck.LeastBaseline)
        {
            return null;
        }

        (DriftFeatures features, float[] rows) = ShardSketches.Rows([.. usable.Select(image => image.Sketched)], usable[0].Sketched.Embedding.Length);
        return new SketchWindows(classCount, EmbeddingFingerprint.Of(version), features, rows, [.. usable.Select(image => Place(image.Sketched.ClassIndex, classCount))], [.. usable.Select(image => image.CapturedAt.UtcDateTime.Hour + 0.5)]);
    }

    /// <summary>What windows of a size look like that are drawn from the baseline.</summary>
    /// <inheritdoc cref="DriftCalibration.From"/>
    public DriftCalibration Calibrate(int windowSize, DriftCalibrationOptions options) => DriftCalibration.From(Reference, _rows, _classes, _hours, windowSize, options);

    /// <summary>The window that some rows make up; null where they hold no image. Rows of other fingerprints are left out.</summary>
    /// <param name="end">End of the window.</param>
    /// <param name="rows">Its rows.</param>
    /// <returns>The window, and how many of its images were taken in each hour of the day (UTC).</returns>
    public (DriftWindow Window, double[] Hours)? Sum(DateTimeOffset end, IEnumerable<DriftSketchRow> rows)
    {
        double[] counts = new double[_classCount + 1], hours = new double[24], sum = new double[_features.Layout.RowLength];
        foreach (DriftSketchRow row in rows.Where(row => row.Fingerprint == _fingerprint && row.ClassIndex < _classCount))
        {
            DriftSketch sketch = DriftSketch.FromBytes(row.Sketch);
            if (sketch.IsOf(_features.Layout, _fingerprint))
            {
                sketch.AddSum(sum);
                counts[Place(row.ClassIndex, _classCount)] += sketch.Count;
                hours[((row.Hour % 24) + 24) % 24] += sketch.Count;
            }
        }

        return counts.Sum() == 0 ? null : (Reference.Window(end.ToUnixTimeSeconds() / 3600, counts, sum), hours);
    }

    private static int Place(int classIndex, int classCount) => classIndex < 0 ? classCount : classIndex;
}
