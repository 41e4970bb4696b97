using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Panels;

/// <summary>Which pixels are drawn.</summary>
public enum PixelLayerKind
{
    /// <summary>The label's.</summary>
    Truth,

    /// <summary>The prediction's.</summary>
    Predicted,

    /// <summary>Where the two disagree.</summary>
    Difference,
}

/// <summary>The pixels of one image's truth or prediction as a picture to lay over it.</summary>
internal static class PixelLayerPanel
{
    /// <summary>A transparent PNG; null where the image, the label or the answer is missing, or has no pixels of its own.</summary>
    public static async Task<byte[]?> LoadPictureAsync(MonitoringDbContext db, long projectId, long imageId, PixelLayerKind kind, int? versionNumber, int sidePixels, CancellationToken cancellationToken)
    {
        Project? project = await db.Projects.AsNoTracking().FirstOrDefaultAsync(one => one.Id == projectId, cancellationToken);
        Image? image = await db.Images.AsNoTracking().FirstOrDefaultAsync(one => one.Id == imageId && one.ProjectId == projectId, cancellationToken);
        if (project is null || image is null)
        {
            return null;
        }

        PixelLayer? truth = kind == PixelLayerKind.Predicted ? null : await TruthAsync(db, image, cancellationToken);
        PixelLayer? predicted = kind == PixelLayerKind.Truth ? null : await PredictedAsync(db, project, image, versionNumber, cancellationToken);
        IReadOnlySet<int> blank = LayerPicture.BlankOf(project.ClassNames);
        return kind switch
        {
            PixelLayerKind.Difference when truth is not null && predicted is not null && (truth.Width, truth.Height) == (predicted.Width, predicted.Height) =>
                LayerPicture.Encode(PixelLayer.Difference(truth, predicted, blank), blank, sidePixels, isDifference: true),
            PixelLayerKind.Difference => null,
            _ => (truth ?? predicted) is { } layer ? LayerPicture.Encode(layer, blank, sidePixels) : null,
        };
    }

    private static async Task<PixelLayer?> TruthAsync(MonitoringDbContext db, Image image, CancellationToken cancellationToken)
    {
        string? json = await db.Labels.Where(label => label.ImageId == image.Id && label.Revision == image.LabelRevision).Select(label => label.Truth).FirstOrDefaultAsync(cancellationToken);
        return json is null ? null : PixelLayer.Of(Truth.FromJson(json), image.WidthPixels, image.HeightPixels);
    }

    private static async Task<PixelLayer?> PredictedAsync(MonitoringDbContext db, Project project, Image image, int? versionNumber, CancellationToken cancellationToken)
    {
        LiveVersions live = await LiveVersions.LoadAsync(db, cancellationToken, project.Id);
        ModelVersion? version = live.Of(project.Id).FirstOrDefault(candidate => candidate.Number == versionNumber) ?? live.Now(project.Id) ?? live.Of(project.Id).LastOrDefault();
        string? json = version is null ? null : await db.Rescores.Where(rescore => rescore.ImageId == image.Id && rescore.ModelVersionId == version.Id).Select(rescore => rescore.Prediction).FirstOrDefaultAsync(cancellationToken);
        return json is null ? null : PixelLayer.Of(Prediction.FromJson(json), image.WidthPixels, image.HeightPixels, project.OperatingConfidence);
    }
}
