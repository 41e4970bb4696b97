using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Demo.ToyWorld;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Panels;

/// <summary>What a model that is not registered yet says of three pictures of the project.</summary>
/// <param name="Code">Why there is no answer at all; null where there is one.</param>
/// <param name="Sentence">The same for people.</param>
/// <param name="Source">Where the pictures come from, for people.</param>
/// <param name="Pictures">The pictures with the answers.</param>
public sealed record DryRunPanel(string? Code, string? Sentence, string Source, IReadOnlyList<DryRunTile> Pictures)
{
    private const int PictureCount = 3;

    /// <summary>Tries the model on the project's newest labelled images, else on its newest, else on scenes of the demo's parcel hub.</summary>
    public static async Task<DryRunPanel> LoadDryRunAsync(MonitoringDbContext db, BlobStore blobs, ModelAdmission admission, long projectId, string onnxPath, ModelContract contract, CancellationToken cancellationToken)
    {
        string[] keys = await db.Images.AsNoTracking().Where(image => image.ProjectId == projectId)
            .OrderByDescending(image => image.LabelRevision > 0).ThenByDescending(image => image.CapturedAt).ThenByDescending(image => image.Id)
            .Select(image => image.Sha256).Take(PictureCount).ToArrayAsync(cancellationToken);
        string[] scenes = keys.Length > 0 ? [] : await DrawScenesAsync(cancellationToken);
        try
        {
            string[] files = keys.Length > 0 ? [.. keys.Select(blobs.PathOf)] : scenes;
            DryRunReport report = await admission.DryRunAsync(onnxPath, contract, files, cancellationToken);
            string source = keys.Length > 0 ? "the project's own images" : "three scenes of the demo's parcel hub, because the project has no images yet";
            return new DryRunPanel(report.Code, report.Sentence, source, [.. report.Pictures.Select(picture => DryRunTile.Of(picture, contract))]);
        }
        finally
        {
            Array.ForEach(scenes, File.Delete);
        }
    }

    private static async Task<string[]> DrawScenesAsync(CancellationToken cancellationToken)
    {
        string[] files = [.. Enumerable.Range(1, PictureCount).Select(_ => Path.Combine(Path.GetTempPath(), $"visionmonitor-{Guid.NewGuid():N}.jpg"))];
        foreach ((int index, string file) in files.Index())
        {
            await File.WriteAllBytesAsync(file, ToyWorldCamera.Draw(new SceneOptions { Seed = (ulong)(index + 1) }).Jpeg, cancellationToken);
        }

        return files;
    }
}

/// <summary>One picture and what is said of it.</summary>
/// <param name="Width">Width of the image in pixels; 0 where it could not be decoded.</param>
/// <param name="Height">Height of the image in pixels.</param>
/// <param name="PictureBase64">A small JPEG with the masks tinted in, encoded; empty where the image could not be decoded.</param>
/// <param name="Boxes">Boxes in pixels of the image, with their names and scores.</param>
/// <param name="Text">The answer in words, or why there is none.</param>
/// <param name="Code">Why there is no answer; null where there is one.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Prediction">The whole answer.</param>
public sealed record DryRunTile(int Width, int Height, string PictureBase64, IReadOnlyList<DryRunBox> Boxes, string Text, string? Code, double Milliseconds, JsonElement? Prediction)
{
    private const int SidePixels = 480;

    internal static DryRunTile Of(DryRunPicture picture, ModelContract contract)
    {
        if (picture.ReadPrediction() is not { } prediction)
        {
            return new DryRunTile(picture.Width, picture.Height, "", [], picture.Sentence ?? "no answer", picture.Code, picture.Milliseconds, null);
        }

        using DecodedImage image = ImageDecoder.Decode(File.ReadAllBytes(picture.Path), ImageLimits.Default);
        byte[] plain = Thumbnails.Encode(image, SidePixels);
        PixelLayer? layer = PixelLayer.Of(prediction, picture.Width, picture.Height, contract.Thresholds.Confidence);
        return new DryRunTile(
            picture.Width, picture.Height, Convert.ToBase64String(layer is null ? plain : LayerPicture.Over(plain, layer, LayerPicture.BlankOf(contract.Classes))),
            BoxesOf(prediction, contract), PredictionText.Of(prediction, contract.Classes), null, picture.Milliseconds, JsonElement.Parse(picture.PredictionJson!));
    }

    private static IReadOnlyList<DryRunBox> BoxesOf(Prediction prediction, ModelContract contract)
    {
        IEnumerable<PredictedBox> boxes = prediction switch
        {
            DetectionPrediction found => found.Boxes,
            InstancePrediction found => found.Instances.Select(instance => instance.Box),
            _ => [],
        };
        if (prediction is TextPrediction { Lines: var lines })
        {
            return [.. lines.Where(line => line.Corners.Count >= 6).Take(50).Select(line => new DryRunBox(0, 0, 0, 0, PredictionText.Score($"“{line.Text}”", line.Confidence)) { Corners = line.Corners })];
        }

        return [.. boxes.Where(box => box.Confidence >= contract.Thresholds.Confidence).Take(50)
            .Select(box => new DryRunBox(box.Box.X, box.Box.Y, box.Box.Width, box.Box.Height, PredictionText.Score(PredictionText.NameOf(box.ClassIndex, contract.Classes), box.Confidence)))];
    }
}

/// <summary>A box in pixels of the image.</summary>
public sealed record DryRunBox(double X, double Y, double Width, double Height, string Text)
{
    /// <summary>x and y of the corners by turns, where it is a turned line of text; then the box is empty.</summary>
    public IReadOnlyList<double> Corners { get; init; } = [];
}
