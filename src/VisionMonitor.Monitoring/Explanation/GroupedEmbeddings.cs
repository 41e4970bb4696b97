using VisionMonitor.Monitoring.DriftDetection;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Monitoring.Explanation;

/// <summary>Embeddings of some images, each with its traits and the group that its model's answer puts it in.</summary>
/// <param name="Set">The embeddings.</param>
/// <param name="Traits">Images × <see cref="ImageTraits.Count"/>, row-major.</param>
/// <param name="Groups">One per row of the set.</param>
public sealed record GroupedEmbeddings(EmbeddingSet Set, float[] Traits, int[] Groups)
{
    /// <summary>How many images.</summary>
    public int Count => Groups.Length;

    /// <summary>Collects what models answered; what is null, not finite, all zero or of another length than the first is left out.</summary>
    public static GroupedEmbeddings Of(IEnumerable<GroupedEmbedding?> answers)
    {
        int dimension = 0;
        List<float> rows = [], traits = [];
        List<int> groups = [];
        foreach (GroupedEmbedding answer in answers.OfType<GroupedEmbedding>())
        {
            dimension = dimension == 0 ? answer.Embedding.Length : dimension;
            if (answer.Embedding.Length == dimension && Array.Exists(answer.Embedding, value => value != 0) && Array.TrueForAll(answer.Embedding, float.IsFinite))
            {
                rows.AddRange(answer.Embedding);
                traits.AddRange(answer.Traits);
                groups.Add(answer.Group);
            }
        }

        return new GroupedEmbeddings(new EmbeddingSet(dimension, [.. rows]), [.. traits], [.. groups]);
    }
}

/// <summary>One image's embedding and the group of its answer.</summary>
/// <param name="Embedding">The vector.</param>
/// <param name="Traits">What <see cref="ImageTraits.Measure"/> says of the picture.</param>
/// <param name="Group">The class that the model named first; −1 where it named none, or answers no classes.</param>
public readonly record struct GroupedEmbedding(float[] Embedding, float[] Traits, int Group)
{
    /// <summary>From what a model said of a picture; null where it has no embedding.</summary>
    public static GroupedEmbedding? Of(DecodedImage image, ScoredImage scored)
    {
        ArgumentNullException.ThrowIfNull(scored);
        return scored.Embedding is { } embedding ? new GroupedEmbedding(embedding, ImageTraits.Measure(image), GroupOf(scored.Prediction)) : null;
    }

    /// <summary>The class that a prediction names first; −1 where it names none.</summary>
    public static int GroupOf(Prediction? prediction) => prediction switch
    {
        ClassificationPrediction one => one.TopClassIndex,
        DetectionPrediction { Boxes.Count: > 0 } boxes => boxes.Boxes.MaxBy(box => box.Confidence).ClassIndex,
        InstancePrediction { Instances.Count: > 0 } instances => instances.Instances.MaxBy(one => one.Box.Confidence)!.Box.ClassIndex,
        _ => -1,
    };
}
