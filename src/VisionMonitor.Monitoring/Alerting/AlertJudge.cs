using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Alerting;

/// <summary>
/// Judges a series by a rule. Bad for the pending period fires; good, on the far side of the recovery threshold, for the
/// recovery period resolves; the gap between the two thresholds changes nothing, so a value that trembles around a limit
/// makes one incident and not twenty. A point without a value or with too few images is no evidence in either direction:
/// it neither fires nor recovers.
/// </summary>
public static class AlertJudge
{
    /// <summary>How the rule stands after the points up to <paramref name="now"/>, which come in time order.</summary>
    /// <exception cref="ArgumentException">The points are not in time order.</exception>
    public static AlertStanding Judge(AlertRule rule, ReadOnlySpan<SeriesPoint> series, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(rule);
        AlertStanding standing = AlertStanding.Normal;
        for (int index = 0; index < series.Length; index++)
        {
            SeriesPoint point = series[index];
            if (index > 0 && point.At < series[index - 1].At)
            {
                throw new ArgumentException("The points of a series come in time order.", nameof(series));
            }

            if (point.At > now)
            {
                break;
            }

            if (point.Value is { } value && double.IsFinite(value) && point.Count >= rule.MinimumCount)
            {
                standing = Step(rule, standing, point, value);
            }
        }

        return standing;
    }

    /// <summary>Whether a value is on the bad side of the rule's threshold.</summary>
    public static bool IsBad(AlertRule rule, double value) =>
        rule.Direction == AlertDirection.Below ? value < rule.Threshold : value > rule.Threshold;

    /// <summary>Whether a value is good enough to count towards a recovery.</summary>
    public static bool IsGood(AlertRule rule, double value) =>
        rule.Direction == AlertDirection.Below ? value >= rule.RecoveryThreshold : value <= rule.RecoveryThreshold;

    private static AlertStanding Step(AlertRule rule, AlertStanding before, SeriesPoint point, double value)
    {
        bool isBad = IsBad(rule, value);
        AlertStanding standing = before with { Latest = point };
        switch (before.State)
        {
            case null when !isBad:
            case IncidentState.Pending when !isBad:
                return AlertStanding.Normal with { Latest = point };
            case null:
                standing = standing with { State = IncidentState.Pending, Start = point, Worst = point };
                break;
            case IncidentState.Firing or IncidentState.Recovering when IsGood(rule, value):
                DateTimeOffset goodSince = before.GoodSince ?? point.At;
                return point.At - goodSince >= rule.RecoveryPeriod
                    ? AlertStanding.Normal with { Latest = point }
                    : standing with { State = IncidentState.Recovering, GoodSince = goodSince };
            case IncidentState.Recovering:
                standing = standing with { State = IncidentState.Firing, GoodSince = null };
                break;
        }

        if (isBad && IsWorse(rule, value, standing.Worst.Value))
        {
            standing = standing with { Worst = point };
        }

        return standing.State == IncidentState.Pending && point.At - standing.Start.At >= rule.PendingPeriod
            ? standing with { State = IncidentState.Firing, FiredAt = point.At }
            : standing;
    }

    private static bool IsWorse(AlertRule rule, double value, double? than) =>
        than is not { } other || (rule.Direction == AlertDirection.Below ? value < other : value > other);
}
