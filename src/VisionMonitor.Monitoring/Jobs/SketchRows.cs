using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.DriftDetection;
using VisionMonitor.Monitoring.Rescoring;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>The sketches of a shard of the sample: of answers that were just given, and of those that an earlier run already had.</summary>
internal static class SketchRows
{
    public static async Task<IReadOnlyList<DriftSketchRow>> OfAsync(
        MonitoringDbContext context, ShardLease lease, ShardMaterial material, IReadOnlyList<RescoredImage> rescored, CancellationToken cancellationToken)
    {
        if (lease.Kind != ShardKind.Sample)
        {
            return [];
        }

        Dictionary<(long, long), ScoredVersion> fresh = rescored.SelectMany(image => image.Versions).ToDictionary(version => (version.Row.ImageId, version.Row.ModelVersionId));
        long[] known = [.. material.Images.Where(image => material.Versions.Any(version => !fresh.ContainsKey((image.Id, version.Id)))).Select(image => image.Id)];
        ILookup<long, Rescore> earlier = (known.Length == 0
            ? []
            : await context.Rescores.AsNoTracking().Where(rescore => known.Contains(rescore.ImageId) && rescore.Failure == null).ToListAsync(cancellationToken)).ToLookup(rescore => rescore.ModelVersionId);
        List<DriftSketchRow> rows = [];
        foreach (ModelVersion version in material.Versions)
        {
            Dictionary<long, Rescore> before = earlier[version.Id].ToDictionary(rescore => rescore.ImageId);
            rows.AddRange(ShardSketches.Of(version, material.Images
                .Select(image => (Image: image, Sketched: Sketched(image, fresh.TryGetValue((image.Id, version.Id), out ScoredVersion now) ? now : null, before.GetValueOrDefault(image.Id))))
                .Where(one => one.Sketched is not null)
                .Select(one => (one.Image, one.Sketched!.Value))));
        }

        foreach (DriftSketchRow row in rows)
        {
            (row.RunId, row.ShardNumber) = (lease.RunId, lease.Number);
        }

        return rows;
    }

    private static SketchedImage? Sketched(Image image, ScoredVersion? now, Rescore? before) => (now, before) switch
    {
        ({ Prediction: { } prediction, Row: var row }, _) => SketchedImage.Of(image, prediction, row.Embedding),
        (null, { Prediction: { } json, Embedding: { } embedding }) => SketchedImage.Of(image, Prediction.FromJson(json), embedding),
        _ => null,
    };
}
