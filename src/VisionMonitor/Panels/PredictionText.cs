using System.Globalization;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Panels;

/// <summary>A prediction in a few words.</summary>
public static class PredictionText
{
    private const int MostNamed = 5;

    /// <summary>"box 0.93, bag 0.05" or "3 objects: box 0.93, …".</summary>
    public static string Of(Prediction prediction, IReadOnlyList<string> classes) => prediction switch
    {
        ClassificationPrediction said => string.Join(", ", said.Probabilities.Index().OrderByDescending(pair => pair.Item).Take(3).Select(pair => Score(NameOf(pair.Index, classes), pair.Item))),
        DetectionPrediction found => Objects(found.Boxes, classes),
        InstancePrediction found => Objects([.. found.Instances.Select(instance => instance.Box)], classes),
        SemanticPrediction map => string.Join(", ", map.Map.CountPixels(classes.Count).Index().Where(pair => pair.Item > 0).OrderByDescending(pair => pair.Item).Take(MostNamed)
            .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{NameOf(pair.Index, classes)} {(double)pair.Item / Math.Max(1, map.Map.Width * map.Map.Height):P0}"))),
        PanopticPrediction map => $"{map.Segments.Count} segments: {string.Join(", ", map.Segments.Take(MostNamed).Select(segment => Score(NameOf(segment.ClassIndex, classes), segment.Confidence)))}",
        TextPrediction text => text.Lines.Count == 0 ? "no text" : string.Join(" · ", text.Lines.Take(MostNamed).Select(line => Score($"“{line.Text}”", line.Confidence))),
        EmbeddingPrediction vector => $"a vector of {vector.Vector.Length} numbers",
        _ => prediction.Task.ToString(),
    };

    /// <summary>The class's name; its number where it has none.</summary>
    public static string NameOf(int index, IReadOnlyList<string> classes) => index >= 0 && index < classes.Count ? classes[index] : $"class {index}";

    /// <summary>"box 0.93".</summary>
    public static string Score(string name, double confidence) => string.Create(CultureInfo.InvariantCulture, $"{name} {confidence:F2}");

    private static string Objects(IReadOnlyList<PredictedBox> boxes, IReadOnlyList<string> classes) => boxes.Count == 0
        ? "nothing found"
        : $"{boxes.Count} {(boxes.Count == 1 ? "object" : "objects")}: {string.Join(", ", boxes.Take(MostNamed).Select(box => Score(NameOf(box.ClassIndex, classes), box.Confidence)))}{(boxes.Count > MostNamed ? ", …" : "")}";
}
