using VisionMonitor.Metrics.Drift.Watch;

namespace VisionMonitor.Monitoring.DriftDetection;

/// <summary>Drift's channels in words.</summary>
public static class DriftChannelText
{
    /// <summary>What a channel looks at, as in "Most of all: image properties".</summary>
    public static string Of(DriftChannel channel) => channel switch
    {
        DriftChannel.Appearance => "appearance to the model",
        DriftChannel.Direction => "the embedding's direction",
        DriftChannel.Structure => "the embedding's length",
        DriftChannel.ClassMix => "the mix of classes",
        DriftChannel.Properties => "image properties such as sharpness and brightness",
        DriftChannel.Confidence => "the model's confidence",
        _ => throw new ArgumentOutOfRangeException(nameof(channel), channel, "There is no such channel."),
    };
}
