using System.Diagnostics.Metrics;

namespace VisionMonitor.Telemetry;

/// <summary>Quality, drift and progress as OpenTelemetry instruments: what the newest completed run of each project says.</summary>
internal sealed class QualityGauges : IDisposable
{
    public const string MeterName = "VisionMonitor";

    private readonly Meter _meter = new(MeterName);
    private volatile QualitySnapshot _snapshot = QualitySnapshot.Empty;

    public QualityGauges()
    {
        Gauge("visionmonitor.quality.ratio", "Measured quality of the newest completed run", snapshot => snapshot.Quality);
        Gauge("visionmonitor.quality.ci.low.ratio", "Lower end of its 95 % interval", snapshot => snapshot.QualityLow);
        Gauge("visionmonitor.quality.ci.high.ratio", "Upper end of its 95 % interval", snapshot => snapshot.QualityHigh);
        Gauge("visionmonitor.drift.score", "Robust standard deviations above what windows without drift show", snapshot => snapshot.DriftScore);
        Gauge("visionmonitor.drift.limit", "The score from which it is drift", snapshot => snapshot.DriftLimit);
        Gauge("visionmonitor.drift.pvalue", "Smallest chance of any channel that a window drawn from the baseline lies as far, times the number of channels, at most 1", snapshot => snapshot.DriftPValue);
        Gauge("visionmonitor.labelled.ratio", "Share of the newest sample that has a label", snapshot => snapshot.Labelled);
        Gauge("visionmonitor.incidents.open", "Incidents that are not resolved", snapshot => snapshot.OpenIncidents);
        Gauge("visionmonitor.job.last.success.timestamp.seconds", "When the newest run was completed, in seconds since 1970", snapshot => snapshot.LastSuccess);
        _meter.CreateObservableCounter("visionmonitor.images.scored", () => _snapshot.ImagesScored, description: "Images of completed runs");
        _meter.CreateObservableCounter("visionmonitor.images.failed", () => _snapshot.ImagesFailed, description: "Images that some version could not score");
    }

    public void Show(QualitySnapshot snapshot) => _snapshot = snapshot;

    public void Dispose() => _meter.Dispose();

    private void Gauge(string name, string description, Func<QualitySnapshot, IReadOnlyList<Measurement<double>>> read) =>
        _meter.CreateObservableGauge(name, () => read(_snapshot), description: description);
}
