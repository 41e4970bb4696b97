using System.Globalization;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Images.Corruptions;

namespace VisionMonitor.Monitoring.Explanation;

/// <summary>An explanation in the words of the page and of messages.</summary>
internal static class ExplanationText
{
    /// <summary>The answer in a sentence.</summary>
    public static string Sentence(Reproduction found, string camera, IReadOnlyList<VersionLoss> losses)
    {
        string where = camera.Length > 0 ? $" on {camera}" : "";
        if (!found.IsShifted)
        {
            return found.MixShare > 0.5
                ? $"The window shows other classes than the baseline{where}; apart from that it looks like it."
                : $"The window looks like the baseline{where}: the difference is no more than chance gives windows of {found.WindowCount} images.";
        }

        if (found.Cause is not { } cause)
        {
            string best = found.Fits.Count > 0 ? Invariant($"; the nearest, {Named(found.Fits[0])}, explains {100 * found.Fits[0].Explained:0} %") : "";
            return $"The window looks different{where}, but no known corruption explains it{best}. Look at the images that differ most.";
        }

        string second = found.IsClose ? $" ({Named(found.Fits[1])} fits nearly as well)" : "";
        string also = found.Steps is [var first, var last]
            ? Invariant($"; with {(first.Corruption == cause.Corruption ? $"{Named(last)} after" : $"{Named(first)} before")} it {100 * found.StepsExplained:0} %")
            : "";
        string mix = found.MixShare >= 0.1 ? Invariant($" {100 * found.MixShare:0} % of the whole difference is another mix of classes.") : "";
        string costs = string.Join(", ", losses.Where(loss => loss.Change is not null).Select(Cost));
        return Invariant($"Looks like {Named(cause)}{where}: it explains {100 * cause.Explained:0} % of the change in appearance{second}{also}.{mix}{(costs.Length > 0 ? $" Predicted change of {MetricNames.Describe(losses[0].Metric).Name}: {costs}." : "")}");
    }

    /// <summary>A fit by name and strength.</summary>
    public static string Named(CorruptionFit fit) => Named(new CorruptionStep(fit.Corruption, fit.Strength));

    private static string Named(CorruptionStep step)
    {
        ICorruption corruption = ImageCorruptions.Find(step.Corruption)!;
        string name = char.ToLowerInvariant(corruption.Name[0]) + corruption.Name[1..];
        return $"{(corruption.Name.StartsWith("Gaussian", StringComparison.Ordinal) || corruption.Name.StartsWith("JPEG", StringComparison.Ordinal) ? corruption.Name : name)} {corruption.Describe(step.Strength)}".TrimEnd();
    }

    private static string Cost(VersionLoss loss) => Invariant($"v{loss.VersionNumber} {Points(loss.Change!.Value)} points{(loss.Low is { } low && loss.High is { } high ? $" ({Points(low)} to {Points(high)})" : "")}");

    private static string Points(double change) => Math.Round(100 * change) is var points && points == 0 ? "0" : points.ToString("+0;−0", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
