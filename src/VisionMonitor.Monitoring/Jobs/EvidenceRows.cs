using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Compares what is labelled and scored and not yet compared.</summary>
internal static class EvidenceRows
{
    /// <summary>The evidence that is missing or of an older label.</summary>
    /// <param name="material">The images.</param>
    /// <param name="fresh">Predictions that were made just now, by image and version; the others are read from the material.</param>
    public static IReadOnlyList<Storage.Evidence> Compare(ShardMaterial material, IReadOnlyDictionary<(long Image, long Version), Prediction?> fresh)
    {
        if (TaskEvaluations.Find(material.Project.Task) is not { } evaluation)
        {
            return [];
        }

        TaskSetup setup = TaskSetup.Of(material.Project);
        List<Storage.Evidence> rows = [];
        foreach (Image image in material.Images.Where(image => image.LabelRevision > 0))
        {
            long[] open = [.. material.Versions.Select(version => version.Id).Where(version => !material.IsCompared(image, version))];
            if (open.Length == 0 || material.TruthOf(image) is not { } truth)
            {
                continue;
            }

            foreach (long version in open)
            {
                Prediction? prediction = fresh.TryGetValue((image.Id, version), out Prediction? made) ? made
                    : material.PredictionOf(image, version) is { } stored ? Prediction.FromJson(stored)
                    : null;
                if (prediction is not null)
                {
                    ImageEvidence evidence = evaluation.Compare(truth, prediction, setup);
                    rows.Add(new Storage.Evidence { ImageId = image.Id, ModelVersionId = version, LabelRevision = image.LabelRevision, Content = evidence.Content, ImageScore = evidence.Score });
                }
            }
        }

        return rows;
    }
}
