using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Metrics.Text;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Panels;

/// <summary>The objects of one side, whatever the task calls them: boxes, masks, segments, lines of text.</summary>
internal sealed record OverlayRegion(string Key, string Name, BoundingBox Box, double? Confidence)
{
    /// <summary>x and y of the corners of a turned region by turns; empty where the box is all.</summary>
    public IReadOnlyList<double> Corners { get; init; } = [];

    /// <summary>x, y and visibility of joints by turns.</summary>
    public IReadOnlyList<double> Joints { get; init; } = [];
}

/// <summary>Truth and prediction as regions, and how much two of them overlap.</summary>
/// <param name="Truths">What is true.</param>
/// <param name="Predicted">What was predicted at the project's operating confidence.</param>
/// <param name="Overlap">IoU of a truth and a prediction by their indexes, 0 to 1.</param>
/// <param name="Nouns">What one and several of them are called.</param>
internal sealed record OverlayRegions(OverlayRegion[] Truths, OverlayRegion[] Predicted, Func<int, int, double> Overlap, (string One, string Many) Nouns)
{
    /// <summary>Predictions that count neither for nor against, by their indexes: what they lie in, nobody is asked about.</summary>
    public IReadOnlySet<int> Forgiven { get; init; } = new HashSet<int>();

    /// <summary>The regions of a truth and a prediction of one task; null where the task has none.</summary>
    public static OverlayRegions? Of(Project project, Truth? truth, Prediction? predicted) => (truth, predicted) switch
    {
        (DetectionTruth or null, DetectionPrediction) or (DetectionTruth, null) => OfBoxes(project, truth as DetectionTruth, predicted as DetectionPrediction),
        (InstanceTruth or null, InstancePrediction) or (InstanceTruth, null) => OfInstances(project, truth as InstanceTruth, predicted as InstancePrediction),
        (PanopticTruth or null, PanopticPrediction) or (PanopticTruth, null) => OfSegments(project, truth as PanopticTruth, predicted as PanopticPrediction),
        (TextTruth or null, TextPrediction) or (TextTruth, null) => OfLines(truth as TextTruth, predicted as TextPrediction),
        _ => null,
    };

    private static OverlayRegions OfBoxes(Project project, DetectionTruth? truth, DetectionPrediction? predicted) => ByBoxes(
        [.. (truth?.Boxes ?? []).Select((box, index) => Region(project, box.ClassIndex, box.Box, null) with { Joints = truth!.Joints?[index] ?? [] })],
        [.. (predicted?.Boxes ?? []).Index().Where(pair => pair.Item.Confidence >= project.OperatingConfidence)
            .Select(pair => Region(project, pair.Item.ClassIndex, pair.Item.Box, pair.Item.Confidence) with { Corners = predicted!.Corners?[pair.Index] ?? [], Joints = predicted.Joints?[pair.Index] ?? [] })],
        ("object", "objects"));

    private static OverlayRegions OfInstances(Project project, InstanceTruth? truth, InstancePrediction? predicted)
    {
        TruthInstance[] truths = [.. truth?.Instances ?? []];
        PredictedInstance[] found = [.. (predicted?.Instances ?? []).Where(one => one.Box.Confidence >= project.OperatingConfidence)];
        RunLengthMask?[] masks = new RunLengthMask?[truths.Length];
        return new OverlayRegions(
            [.. truths.Select(one => Region(project, one.Box.ClassIndex, one.Box.Box, null) with { Joints = one.Joints })],
            [.. found.Select(one => Region(project, one.Box.ClassIndex, one.Box.Box, one.Box.Confidence))],
            Overlap,
            ("object", "objects"));

        // Masks are compared only where boxes meet: most pairs of an image are far apart.
        double Overlap(int truthIndex, int index) => BoxOverlap.IntersectionOverUnion(truths[truthIndex].Box.Box, found[index].Box.Box) == 0
            ? 0
            : RunLengthMask.IntersectionOverUnion(masks[truthIndex] ??= truths[truthIndex].Pixels(found[index].Mask.Height, found[index].Mask.Width), found[index].Mask);
    }

    private static OverlayRegions OfSegments(Project project, PanopticTruth? truth, PanopticPrediction? predicted)
    {
        (int Id, int ClassIndex, double? Confidence)[] truths = [.. (truth?.Segments ?? []).Where(one => !one.IsCrowd).Select(one => (one.Id, one.ClassIndex, (double?)null))];
        (int Id, int ClassIndex, double? Confidence)[] found = [.. (predicted?.Segments ?? []).Select(one => (one.Id, one.ClassIndex, (double?)one.Confidence))];
        SegmentPixels known = new(truth?.Map), said = new(predicted?.Map);
        Dictionary<(int, int), long> shared = SegmentPixels.Shared(known, said);
        return new OverlayRegions(
            [.. truths.Select(one => Region(project, one.ClassIndex, known.BoxOf(one.Id), null))],
            [.. found.Select(one => Region(project, one.ClassIndex, said.BoxOf(one.Id), one.Confidence))],
            (a, b) =>
            {
                long both = shared.GetValueOrDefault((truths[a].Id, found[b].Id));
                long either = known.CountOf(truths[a].Id) + said.CountOf(found[b].Id) - both;
                return either == 0 ? 0 : (double)both / either;
            },
            ("segment", "segments"));
    }

    private static OverlayRegions OfLines(TextTruth? truth, TextPrediction? predicted)
    {
        // A detector of lines reads none of them: then only their places are compared.
        bool isRead = predicted is null || predicted.Lines.Any(line => line.Text.Length > 0);
        TextRegion[] places = [.. (predicted?.Lines ?? []).Where(line => line.Corners.Count >= 6).Select(line => new TextRegion(line.Corners))];
        TextRegion[] ignored = [.. (truth?.Lines ?? []).Where(line => line.IsIgnored && line.Corners.Count >= 6).Select(line => new TextRegion(line.Corners, IsIgnored: true))];
        bool havePlaces = places.Length == (predicted?.Lines.Count ?? 0);
        HashSet<int> forgiven = havePlaces ? [.. new TextDetectionEvaluation().Match(ignored, places).Index().Where(pair => pair.Item == TextDetectionEvaluation.Forgiven).Select(pair => pair.Index)] : [];
        return ByBoxes(
            [.. (truth?.Lines ?? []).Where(line => !line.IsIgnored).Select(line => Line(line.Text, null, line.Corners))],
            [.. (predicted?.Lines ?? []).Select(line => Line(line.Text, line.Confidence, line.Corners))],
            ("line", "lines")) with
        { Forgiven = forgiven };

        OverlayRegion Line(string text, double? confidence, IReadOnlyList<double> corners) => new(isRead ? text : "", text.Length > 0 ? text : "line", BoundsOf(corners), confidence) { Corners = corners };
    }

    private static OverlayRegions ByBoxes(OverlayRegion[] truths, OverlayRegion[] predicted, (string, string) nouns) => new(
        truths,
        predicted,
        (a, b) => truths[a].Corners.Count == 0 && truths[a].Box.Area == 0 ? 1 : BoxOverlap.IntersectionOverUnion(predicted[b].Box, truths[a].Box),
        nouns);

    private static OverlayRegion Region(Project project, int classIndex, BoundingBox box, double? confidence) =>
        new(classIndex.ToString(System.Globalization.CultureInfo.InvariantCulture), ClassRow.NameOf(project, classIndex), box, confidence);

    private static BoundingBox BoundsOf(IReadOnlyList<double> corners)
    {
        double[] across = [.. corners.Where((_, at) => at % 2 == 0)], down = [.. corners.Where((_, at) => at % 2 == 1)];
        return across.Length == 0 || down.Length == 0 ? default : new BoundingBox(across.Min(), down.Min(), across.Max() - across.Min(), down.Max() - down.Min());
    }
}
