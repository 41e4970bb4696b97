using VisionMonitor.Metrics.Drift.Watch;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.DriftDetection;

/// <summary>Judges a window alone against the baseline.</summary>
public static class WindowCheck
{
    /// <summary>A baseline of fewer images says too little about how much windows differ without drift.</summary>
    public const int LeastBaseline = 40;

    /// <summary>A window of fewer images is no evidence in either direction.</summary>
    public const int LeastWindow = 5;

    /// <summary>The verdict on a version, and all cameras or one.</summary>
    /// <param name="window">The window's sketches; of other cameras and versions none.</param>
    /// <param name="baseline">The baseline of the same version and camera.</param>
    /// <param name="span">How long the window is.</param>
    /// <param name="camera">The camera; empty for all.</param>
    /// <param name="budget">The false alarms that are allowed.</param>
    /// <param name="calibrations">What was already calibrated.</param>
    public static DriftCheck Judge(IReadOnlyList<DriftSketchRow> window, SketchedBaseline baseline, TimeSpan span, string camera, DriftBudget budget, DriftCalibrations calibrations)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        SketchWindows? usual = baseline.Of(camera);
        (DriftWindow Window, double[] Hours)? sum = usual?.Sum(default, window);
        DriftCheck check = new() { State = DriftState.Calibrating, WindowCount = (int)(sum?.Window.Count ?? window.Sum(row => row.ImageCount)), BaselineCount = baseline.CountOf(camera) };
        if (usual is null || sum is not ({ Count: >= LeastWindow } seen, var hours))
        {
            check.Reason = Missing(check);
            return check;
        }

        try
        {
            DriftVerdict verdict = calibrations.Get($"{baseline.Name}/{camera}", usual, check.WindowCount, span, budget).Check(seen, hours);
            check.State = verdict.IsAlarm ? DriftState.Drifting : DriftState.Stable;
            (check.Score, check.Limit, check.PValue) = (verdict.Score, verdict.Limit, verdict.PValue);
            check.Reason = verdict.IsAlarm ? $"Most of all: {DriftChannelText.Of(verdict.Leading)}." : null;
        }
        catch (ArgumentException)
        {
            check.Reason = "The baseline's images hardly vary, so they cannot show what is usual; choose a baseline of more varied images.";
        }

        return check;
    }

    /// <summary>The limit of the smallest window that could be judged alone; null where the baseline hardly varies.</summary>
    /// <inheritdoc cref="Judge"/>
    public static double? LimitOfLeast(SketchedBaseline baseline, TimeSpan span, string camera, DriftBudget budget, DriftCalibrations calibrations)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        try
        {
            return baseline.Of(camera) is { } usual ? calibrations.Get($"{baseline.Name}/{camera}", usual, LeastWindow, span, budget).Limit : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string? Missing(DriftCheck check) => (check.BaselineCount, check.WindowCount) switch
    {
        (0, _) => "There is no baseline with embeddings for this channel; choose an image set as the project's baseline, and a model with an embedding output.",
        ( < LeastBaseline, _) => $"The baseline has {check.BaselineCount} images here; {LeastBaseline - check.BaselineCount} more are needed.",
        (_, < LeastWindow) => $"The window has {check.WindowCount} images here; {LeastWindow - check.WindowCount} more are needed.",
        _ => "The window's embeddings were made in another way than the baseline's.",
    };
}
