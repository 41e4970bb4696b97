namespace VisionMonitor.Monitoring.Ingest;

/// <summary>An image as a sender hands it over.</summary>
/// <param name="ClientId">The sender's own id, 1 to 200 characters; the same id twice is one image.</param>
/// <param name="Bytes">The encoded file (JPEG, PNG, WebP, BMP or GIF).</param>
/// <param name="CapturedAt">When it was taken; null for "now".</param>
/// <param name="Camera">Where it was taken; a label of at most 100 characters, empty for none.</param>
/// <param name="ProductionPrediction">What production predicted (JSON of a Prediction), or null.</param>
/// <param name="Truth">Its truth (JSON of a Truth) when it is already known, or null.</param>
/// <param name="TruthSource">Who or what labelled it, for people to read.</param>
/// <param name="IsProduction">False for a reference image, which no window samples.</param>
public sealed record IncomingImage(
    string ClientId,
    ReadOnlyMemory<byte> Bytes,
    DateTimeOffset? CapturedAt = null,
    string Camera = "",
    string? ProductionPrediction = null,
    string? Truth = null,
    string TruthSource = "sent with the image",
    bool IsProduction = true);

/// <summary>What became of one image that was sent.</summary>
/// <param name="ClientId">The sender's id.</param>
/// <param name="ImageId">Our id; null when it was refused.</param>
/// <param name="Outcome">Stored, already there, or refused.</param>
/// <param name="Code">Stable code of the refusal; null when it was not refused.</param>
/// <param name="Sentence">Why it was refused; null when it was not.</param>
public sealed record ReceivedImage(string ClientId, long? ImageId, ReceiveOutcome Outcome, string? Code = null, string? Sentence = null);

/// <summary>What became of an image that was sent. Stored and AlreadyThere mean: durable.</summary>
public enum ReceiveOutcome
{
    Stored,
    AlreadyThere,
    Refused,
}
