using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>From distances to robust scores: median and scaled median absolute deviation.</summary>
internal readonly record struct ScoreScale(double Centre, double Spread)
{
    public static ScoreScale Fit(double[] distances)
    {
        double centre = Quantile.Median([.. distances]);
        double spread = 1.4826 * Quantile.Median(Array.ConvertAll(distances, d => Math.Abs(d - centre)));
        return new ScoreScale(centre, Math.Max(spread, 1e-9));
    }

    public double Of(double distance) => (distance - Centre) / Spread;
}
