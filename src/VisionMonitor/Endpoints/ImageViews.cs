using System.Text.Json;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Endpoints;

/// <summary>What a sender says of an image.</summary>
/// <param name="ClientId">The sender's own id; the same id twice is one image.</param>
/// <param name="CapturedAt">When it was taken, RFC 3339; now when left out.</param>
/// <param name="Camera">Where it was taken; a label.</param>
/// <param name="Prediction">What production predicted, if it did.</param>
/// <param name="Truth">Its truth, if it is known already.</param>
/// <param name="IsProduction">False for a reference image, which no window samples.</param>
internal sealed record ImageMetadata(
    string ClientId, DateTimeOffset? CapturedAt = null, string Camera = "", JsonElement? Prediction = null, JsonElement? Truth = null, bool IsProduction = true)
{
    /// <exception cref="BadHttpRequestException">It is no such JSON.</exception>
    public static T Parse<T>(string text, JsonSerializerOptions json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, json) ?? throw new BadHttpRequestException("metadata is null.");
        }
        catch (JsonException problem)
        {
            throw new BadHttpRequestException("metadata is not understood.", problem);
        }
    }

    public IncomingImage ToIncoming(ReadOnlyMemory<byte> bytes) =>
        new(ClientId, bytes, CapturedAt, Camera, TextOf(Prediction), TextOf(Truth), IsProduction: IsProduction);

    private static string? TextOf(JsonElement? element) => element is { ValueKind: not JsonValueKind.Null } value ? value.GetRawText() : null;
}

/// <summary>An image as lists show it.</summary>
internal sealed record ImageView(
    long Id, string ClientId, string Sha256, DateTimeOffset CapturedAt, DateTimeOffset ReceivedAt, string Camera,
    int WidthPixels, int HeightPixels, long ByteCount, int LabelRevision,
    double? Brightness, double? Contrast, double? Sharpness, double? Saturation)
{
    public static ImageView Of(Image image) => new(
        image.Id, image.ClientId, image.Sha256, image.CapturedAt, image.ReceivedAt, image.Camera,
        image.WidthPixels, image.HeightPixels, image.ByteCount, image.LabelRevision,
        image.Brightness, image.Contrast, image.Sharpness, image.Saturation);
}

/// <summary>An image with its truth and with what production and each version say of it.</summary>
internal sealed record ImageDetailView(ImageView Image, JsonElement? Truth, string? TruthSource, JsonElement? ProductionPrediction, IReadOnlyList<RescoreView> Rescores)
{
    public static ImageDetailView Of(Image image, Label? label, IEnumerable<Rescore> rescores) => new(
        ImageView.Of(image), ElementOf(label?.Truth), label?.Source, ElementOf(image.ProductionPrediction),
        [.. rescores.Select(rescore => new RescoreView(rescore.ModelVersionId, ElementOf(rescore.Prediction), rescore.Failure, rescore.ScoredAt))]);

    private static JsonElement? ElementOf(string? json) => json is null ? null : JsonElement.Parse(json);
}

/// <summary>What one version says of an image.</summary>
internal sealed record RescoreView(long ModelVersionId, JsonElement? Prediction, string? Failure, DateTimeOffset ScoredAt);
