using System.Globalization;
using VisionMonitor.Components;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Masks;
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

    /// <summary>Whether masks, maps or segments lie under the boxes; they are fetched as pictures.</summary>
    public bool HasPixels { get; init; }

    /// <summary>The share of pixels that must be right for a map to count as right.</summary>
    private const double RightShare = 0.9;

    /// <summary>Compares a label with a prediction for the eye: matches of the right class, or the right text, at IoU .5, the most confident first.</summary>
    public static ImageOverlay Of(Project project, string? truthJson, string? predictionJson)
    {
        Truth? truth = truthJson is null ? null : Truth.FromJson(truthJson);
        Prediction? predicted = predictionJson is null ? null : Prediction.FromJson(predictionJson);
        bool hasPixels = truth is SemanticTruth or PanopticTruth or InstanceTruth || predicted is SemanticPrediction or PanopticPrediction or InstancePrediction;
        ImageOverlay overlay = (truth, predicted) switch
        {
            (ClassificationTruth or null, ClassificationPrediction) or (ClassificationTruth, null) => OfClasses(project, truth as ClassificationTruth, predicted as ClassificationPrediction),
            (SemanticTruth or null, SemanticPrediction) or (SemanticTruth, null) => OfMaps(project, truth as SemanticTruth, predicted as SemanticPrediction),
            _ when OverlayRegions.Of(project, truth, predicted) is { } regions => OfRegions(regions, truth is not null, predicted is not null),
            _ => new ImageOverlay(),
        };
        return overlay with
        {
            HasPixels = hasPixels,
            TruthText = truth is TextTruth known ? Read(known.Lines.Where(line => !line.IsIgnored).Select(line => line.Text), overlay.TruthText) : overlay.TruthText,
            PredictedText = predicted is TextPrediction said && overlay.IsWrong != false ? Read(said.Lines.Select(line => line.Text), overlay.PredictedText) : overlay.PredictedText,
        };
    }

    /// <summary>What stands there, cut to a line; the count where only places are known.</summary>
    private static string? Read(IEnumerable<string> lines, string? count)
    {
        string text = string.Join(" / ", lines.Where(line => line.Length > 0));
        return text.Length == 0 ? count : text.Length <= 80 ? $"“{text}”" : $"“{text[..79]}…”";
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

    private static ImageOverlay OfMaps(Project project, SemanticTruth? truth, SemanticPrediction? predicted)
    {
        double? right = null;
        if (truth is not null && predicted is not null && (truth.Map.Width, truth.Map.Height) == (predicted.Map.Width, predicted.Map.Height))
        {
            (long known, long alike) = PixelLayer.Agreement(PixelLayer.Of(truth, truth.Map.Width, truth.Map.Height)!, PixelLayer.Of(predicted, truth.Map.Width, truth.Map.Height, 0)!);
            right = known == 0 ? null : (double)alike / known;
        }

        return new ImageOverlay
        {
            TruthText = truth is null ? null : Shares(project, truth.Map),
            PredictedText = predicted is null ? null : right is { } share ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(share * 1000) / 10:0.#} % of the pixels right") : Shares(project, predicted.Map),
            IsWrong = right is null ? null : right < RightShare,
        };
    }

    /// <summary>"road 61 %, car 12 %": the largest classes of a map.</summary>
    private static string Shares(Project project, ClassMap map) => string.Join(", ", map.CountPixels(project.ClassNames.Count).Index().Where(pair => pair.Item > 0).OrderByDescending(pair => pair.Item).Take(3)
        .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{ClassRow.NameOf(project, pair.Index)} {100.0 * pair.Item / (map.Width * map.Height):0} %")));

    private static ImageOverlay OfRegions(OverlayRegions regions, bool hasTruth, bool hasPrediction)
    {
        List<ObjectOutcome> objects = Match(regions, hasTruth, hasPrediction);
        int misses = objects.Count(one => one.Kind == OutcomeKind.Missed);
        int extra = objects.Count(one => one.Kind == OutcomeKind.False);
        (string one, string many) = regions.Nouns;
        return new ImageOverlay
        {
            TruthText = hasTruth ? NumberText.Count(regions.Truths.Length, one, many) : null,
            PredictedText = !hasPrediction ? null
                : !hasTruth ? NumberText.Count(regions.Predicted.Length, one == "object" ? "box" : one, one == "object" ? "boxes" : many)
                : misses + extra == 0 ? "all found"
                : string.Join(", ", new[] { misses > 0 ? $"{misses} missed" : "", extra > 0 ? $"{extra} false" : "" }.Where(part => part.Length > 0)),
            IsWrong = hasTruth && hasPrediction ? misses + extra > 0 : null,
            Objects = objects,
        };
    }

    private static List<ObjectOutcome> Match(OverlayRegions regions, bool hasTruth, bool hasPrediction)
    {
        (OverlayRegion[] truths, OverlayRegion[] predicted) = (regions.Truths, regions.Predicted);
        List<ObjectOutcome> objects = [];
        bool[] taken = new bool[truths.Length];
        foreach (int index in Enumerable.Range(0, predicted.Length).OrderByDescending(index => predicted[index].Confidence))
        {
            if (regions.Forgiven.Contains(index))
            {
                OverlayRegion unasked = predicted[index];
                objects.Add(new ObjectOutcome(OutcomeKind.Unjudged, unasked.Name, unasked.Box, unasked.Confidence ?? 1, null, null) { Corners = unasked.Corners });
                continue;
            }

            (int best, double bestOverlap, double nearest) = (-1, 0, 0);
            for (int candidate = 0; candidate < truths.Length; candidate++)
            {
                double overlap = regions.Overlap(candidate, index);
                nearest = Math.Max(nearest, overlap);
                if (!taken[candidate] && truths[candidate].Key == predicted[index].Key && overlap >= 0.5 && overlap > bestOverlap)
                {
                    (best, bestOverlap) = (candidate, overlap);
                }
            }

            OverlayRegion region = predicted[index];
            OutcomeKind kind = !hasTruth ? OutcomeKind.Unjudged : best >= 0 ? OutcomeKind.Match : OutcomeKind.False;
            objects.Add(new ObjectOutcome(kind, region.Name, region.Box, region.Confidence ?? 1, hasTruth ? best >= 0 ? bestOverlap : nearest : null, best >= 0 ? truths[best].Box : null) { Corners = region.Corners, Joints = region.Joints, TruthCorners = best >= 0 ? truths[best].Corners : [], TruthJoints = best >= 0 ? truths[best].Joints : [] });
            if (best >= 0)
            {
                taken[best] = true;
            }
        }

        for (int index = 0; index < truths.Length; index++)
        {
            if (!taken[index])
            {
                OverlayRegion region = truths[index];
                double nearest = Enumerable.Range(0, predicted.Length).Select(other => regions.Overlap(index, other)).DefaultIfEmpty(0).Max();
                objects.Add(new ObjectOutcome(hasPrediction ? OutcomeKind.Missed : OutcomeKind.Truth, region.Name, region.Box, null, hasPrediction ? nearest : null, region.Box) { Corners = region.Corners, Joints = region.Joints, TruthCorners = region.Corners, TruthJoints = region.Joints });
            }
        }

        return objects;
    }
}

/// <summary>A class and how probable a classifier finds it, 0 to 1.</summary>
public sealed record RankedClass(string Name, double Probability);

/// <summary>One object of an image and what became of it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="ClassName">Its class, or what it says.</param>
/// <param name="Box">The predicted box, or the true one of a miss.</param>
/// <param name="Confidence">Of the prediction; null for a miss.</param>
/// <param name="Overlap">IoU with its match, or with the nearest box; null where it was not compared.</param>
/// <param name="TruthBox">The true box it belongs to.</param>
public sealed record ObjectOutcome(OutcomeKind Kind, string ClassName, BoundingBox Box, double? Confidence, double? Overlap, BoundingBox? TruthBox)
{
    /// <summary>x and y of the corners by turns, where the region is no upright box.</summary>
    public IReadOnlyList<double> Corners { get; init; } = [];

    /// <summary>The same of the true region.</summary>
    public IReadOnlyList<double> TruthCorners { get; init; } = [];

    /// <summary>x, y and visibility of joints by turns.</summary>
    public IReadOnlyList<double> Joints { get; init; } = [];

    /// <summary>The same of the true object.</summary>
    public IReadOnlyList<double> TruthJoints { get; init; } = [];
}

/// <summary>What became of an object or of a prediction.</summary>
public enum OutcomeKind
{
    /// <summary>A prediction of the right class in the right place.</summary>
    Match,

    /// <summary>A prediction where no such object is.</summary>
    False,

    /// <summary>An object that no prediction found.</summary>
    Missed,

    /// <summary>A prediction of an image without a label, or of what nobody is asked about.</summary>
    Unjudged,

    /// <summary>An object of an image without a prediction.</summary>
    Truth,
}
