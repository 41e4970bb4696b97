using VisionMonitor.Metrics.Drift;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.DriftDetection;

/// <summary>Compares a window's embeddings with the baseline's.</summary>
public static class WindowCheck
{
    /// <summary>A baseline of fewer images says too little about how much windows differ without drift.</summary>
    public const int LeastBaseline = 40;

    /// <summary>A window of fewer images is no evidence in either direction.</summary>
    public const int LeastWindow = 8;

    /// <summary>The verdict on one channel: a version, and all cameras or one.</summary>
    /// <param name="window">The window's embeddings.</param>
    /// <param name="baseline">The baseline's embeddings of the same version and camera.</param>
    /// <param name="name">Names the baseline's embeddings, see <see cref="DriftCalibrations.Get"/>.</param>
    /// <param name="budget">The false alarms that are allowed.</param>
    /// <param name="calibrations">What was already calibrated.</param>
    public static DriftCheck Judge(EmbeddingSet window, EmbeddingSet baseline, string name, DriftBudget budget, DriftCalibrations calibrations)
    {
        DriftCheck check = new() { State = DriftState.Calibrating, WindowCount = window.Count, BaselineCount = baseline.Count };
        if (Missing(window, baseline) is { } missing)
        {
            check.Reason = missing;
            return check;
        }

        try
        {
            DriftVerdict verdict = calibrations.Get(name, baseline, window.Count, budget).Check(window.Rows);
            check.State = verdict.IsAlarm ? DriftState.Drifting : DriftState.Stable;
            (check.Score, check.Limit, check.PValue) = (verdict.Score, verdict.Limit, verdict.PValue);
        }
        catch (ArgumentException)
        {
            check.Reason = "The baseline's embeddings hardly vary, so it cannot show what is usual; choose a baseline of more varied images.";
        }

        return check;
    }

    /// <summary>The limit of the smallest window that could be judged alone; null where the baseline hardly varies.</summary>
    /// <inheritdoc cref="Judge"/>
    public static double? LimitOfLeast(EmbeddingSet baseline, string name, DriftBudget budget, DriftCalibrations calibrations)
    {
        try
        {
            return calibrations.Get(name, baseline, LeastWindow, budget).Limit;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string? Missing(EmbeddingSet window, EmbeddingSet baseline) => (baseline.Count, window.Count) switch
    {
        (0, _) => "There is no baseline with embeddings for this channel; choose an image set as the project's baseline, and a model with an embedding output.",
        ( < LeastBaseline, _) => $"The baseline has {baseline.Count} images here; {LeastBaseline - baseline.Count} more are needed.",
        (_, < LeastWindow) => $"The window has {window.Count} images here; {LeastWindow - window.Count} more are needed.",
        _ when baseline.Dimension != window.Dimension => "The window's embeddings have another length than the baseline's.",
        _ => null,
    };
}
