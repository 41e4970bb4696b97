namespace VisionMonitor.Vision.Images.Corruptions;

/// <summary>Red and blue stand in each other"'s place: BGR was fed as RGB. It has one strength, 1.</summary>
public sealed class ChannelSwap : ICorruption
{
    /// <inheritdoc/>
    public string Id => "channel-swap";

    /// <inheritdoc/>
    public string Name => "Red and blue swapped";

    /// <inheritdoc/>
    public double Neutral => 0;

    /// <inheritdoc/>
    public IReadOnlyList<double> Strengths { get; } = [1];

    /// <inheritdoc/>
    public bool IsInPixels => false;

    /// <inheritdoc/>
    public bool MovesObjects => false;

    /// <inheritdoc/>
    public string Describe(double strength) => "";

    /// <inheritdoc/>
    public string Augmentation(double strength) => "Nothing to train: feed the channels in the order that the model was trained with.";

    /// <inheritdoc/>
    public DecodedImage Apply(DecodedImage image, double strength, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(image);
        DecodedImage changed = new(image.Width, image.Height);
        ReadOnlySpan<byte> from = image.Rgb;
        Span<byte> to = changed.Pixels;
        for (int at = 0; at < from.Length; at += 3)
        {
            (to[at], to[at + 1], to[at + 2]) = strength > 0 ? (from[at + 2], from[at + 1], from[at]) : (from[at], from[at + 1], from[at + 2]);
        }

        return changed;
    }
}
