using System.Globalization;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Images.Corruptions;

namespace VisionMonitor.Monitoring.Rescoring;

/// <summary>
/// The same picture a little changed: a model that is right of it mostly says the same again, one that guesses often does not. What is changed is light, contrast and noise: nothing moves,
/// nothing is mirrored, so the answer to the first look is the truth of the second for every task.
/// </summary>
public static class TestTimeAugmentation
{
    private static readonly CorruptionStep[] _steps = [new("exposure", 0.4), new("contrast", 0.8), new("noise", 6)];

    /// <summary>The changed picture; the caller disposes it.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="sha256">Its content's hash, which decides the noise: the same picture is always changed in the same way.</param>
    public static DecodedImage Apply(DecodedImage image, string sha256) =>
        CorruptionStep.Apply(image, _steps, ulong.Parse(sha256.AsSpan(0, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
}
