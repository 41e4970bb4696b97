using VisionMonitor.Components;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Panels;

/// <summary>Truth and prediction of one image side by side, and what became of every object.</summary>
public sealed record ImageOverlay
{
    /// <summary>The truth in words; null while there is no label.</summary>
    public string? TruthText { get; init; }

    /// <summary>The prediction in words; null while the version has not scored the image.</summary>
    public string? PredictedText { get; init; }

    /// <summary>Whether the two disagree at the project's operating confidence; null where one of them is missing.</summary>
    public bool? IsWrong { get; init; }

    public IReadOnlyList<ObjectOutcome> Objects { get; init; } = [];

    /// <summary>The most probable classes of a classification.</summary>
    public IReadOnlyList<RankedClass> Ranked { get; init; } = [];

    /// <summary>Compares a label with a prediction for the eye: matches of the right class at IoU .5, the most confident first.</summary>
    public static ImageOverlay Of(Project project, string? truthJson, string? predictionJson)
    {
        Truth? truth = truthJson is null ? null : Truth.FromJson(truthJson);
        Prediction? predicted = predictionJson is null ? null : Prediction.FromJson(predictionJson);
        return (truth, predicted) switch
        {
            (ClassificationTruth or null, ClassificationPrediction) or (ClassificationTruth, null) => OfClasses(project, truth as ClassificationTruth, predicted as ClassificationPrediction),
            (DetectionTruth or null, DetectionPrediction) or (DetectionTruth, null) => OfBoxes(project, truth as DetectionTruth, predicted as DetectionPrediction),
            _ => new ImageOverlay(),
        };
    }

    private static ImageOverlay OfClasses(Project project, ClassificationTruth? truth, ClassificationPrediction? predicted)
    {
        int top = predicted?.TopClassIndex ?? -1;
        return new ImageOverlay
        {
            TruthText = truth is null ? null : ClassRow.NameOf(project, truth.ClassIndex),
            PredictedText = top < 0 ? null : $"{ClassRow.NameOf(project, top)} {NumberText.Significant(predicted!.Probabilities[top])}",
            IsWrong = truth is null || top < 0 ? null : truth.ClassIndex != top,
            Ranked = predicted is null ? [] : [.. predicted.Probabilities.Select((probability, index) => new RankedClass(ClassRow.NameOf(project, index), probability)).OrderByDescending(ranked => ranked.Probability).Take(5)],
        };
    }

    private static ImageOverlay OfBoxes(Project project, DetectionTruth? truth, DetectionPrediction? predicted)
    {
        TruthBox[] truths = [.. truth?.Boxes ?? []];
        PredictedBox[] boxes = [.. (predicted?.Boxes ?? []).Where(box => box.Confidence >= project.OperatingConfidence)];
        List<ObjectOutcome> objects = Match(project, truths, boxes, truth is not null, predicted is not null);
        int misses = objects.Count(one => one.Kind == OutcomeKind.Missed);
        int extra = objects.Count(one => one.Kind == OutcomeKind.False);
        return new ImageOverlay
        {
            TruthText = truth is null ? null : NumberText.Count(truths.Length, "object", "objects"),
            PredictedText = predicted is null ? null
                : truth is null ? NumberText.Count(boxes.Length, "box", "boxes")
                : misses + extra == 0 ? "all found"
                : string.Join(", ", new[] { misses > 0 ? $"{misses} missed" : "", extra > 0 ? $"{extra} false" : "" }.Where(part => part.Length > 0)),
            IsWrong = truth is null || predicted is null ? null : misses + extra > 0,
            Objects = objects,
        };
    }

    private static List<ObjectOutcome> Match(Project project, TruthBox[] truths, PredictedBox[] boxes, bool hasTruth, bool hasPrediction)
    {
        List<ObjectOutcome> objects = [];
        bool[] taken = new bool[truths.Length];
        foreach (PredictedBox box in boxes.OrderByDescending(box => box.Confidence))
        {
            int best = -1;
            double bestOverlap = 0;
            for (int index = 0; index < truths.Length; index++)
            {
                double overlap = BoxOverlap.IntersectionOverUnion(box.Box, truths[index].Box);
                bool fits = !taken[index] && truths[index].ClassIndex == box.ClassIndex && overlap >= 0.5;
                if (fits && overlap > bestOverlap)
                {
                    (best, bestOverlap) = (index, overlap);
                }
            }

            double nearest = truths.Select(truth => BoxOverlap.IntersectionOverUnion(box.Box, truth.Box)).DefaultIfEmpty(0).Max();
            if (best >= 0)
            {
                taken[best] = true;
            }

            OutcomeKind kind = !hasTruth ? OutcomeKind.Unjudged : best >= 0 ? OutcomeKind.Match : OutcomeKind.False;
            objects.Add(new ObjectOutcome(kind, ClassRow.NameOf(project, box.ClassIndex), box.Box, box.Confidence, hasTruth ? best >= 0 ? bestOverlap : nearest : null, best >= 0 ? truths[best].Box : null));
        }

        for (int index = 0; index < truths.Length; index++)
        {
            if (!taken[index])
            {
                double nearest = boxes.Select(box => BoxOverlap.IntersectionOverUnion(box.Box, truths[index].Box)).DefaultIfEmpty(0).Max();
                objects.Add(new ObjectOutcome(hasPrediction ? OutcomeKind.Missed : OutcomeKind.Truth, ClassRow.NameOf(project, truths[index].ClassIndex), truths[index].Box, null, hasPrediction ? nearest : null, truths[index].Box));
            }
        }

        return objects;
    }
}

/// <summary>A class and how probable a classifier finds it, 0 to 1.</summary>
public sealed record RankedClass(string Name, double Probability);

/// <summary>One box of an image and what became of it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="ClassName">Its class.</param>
/// <param name="Box">The predicted box, or the true one of a miss.</param>
/// <param name="Confidence">Of the prediction; null for a miss.</param>
/// <param name="Overlap">IoU with its match, or with the nearest box; null where it was not compared.</param>
/// <param name="TruthBox">The true box it belongs to.</param>
public sealed record ObjectOutcome(OutcomeKind Kind, string ClassName, BoundingBox Box, double? Confidence, double? Overlap, BoundingBox? TruthBox);

/// <summary>What became of an object or of a prediction.</summary>
public enum OutcomeKind
{
    /// <summary>A prediction of the right class in the right place.</summary>
    Match,

    /// <summary>A prediction where no such object is.</summary>
    False,

    /// <summary>An object that no prediction found.</summary>
    Missed,

    /// <summary>A prediction of an image without a label.</summary>
    Unjudged,

    /// <summary>An object of an image without a prediction.</summary>
    Truth,
}
