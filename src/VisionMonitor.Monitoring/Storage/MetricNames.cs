namespace VisionMonitor.Monitoring.Storage;

/// <summary>Ids of the numbers that a run stores; the display text of each is beside it in <see cref="Describe"/>.</summary>
public static class MetricNames
{
    public const string Accuracy = "accuracy";
    public const string Top5Accuracy = "top5";
    public const string Precision = "precision";
    public const string Recall = "recall";
    public const string F1 = "f1";
    public const string CalibrationError = "ece";
    public const string AveragePrecision = "ap";
    public const string AveragePrecision50 = "ap50";
    public const string AveragePrecision75 = "ap75";
    public const string AverageRecall = "ar100";
    public const string MeanIntersectionOverUnion = "miou";
    public const string IntersectionOverUnion = "iou";
    public const string PixelAccuracy = "pixel.accuracy";
    public const string PanopticQuality = "pq";
    public const string PanopticQualityOfThings = "pq.things";
    public const string PanopticQualityOfStuff = "pq.stuff";
    public const string SegmentationQuality = "sq";
    public const string RecognitionQuality = "rq";
    public const string CharacterErrorRate = "cer";
    public const string WordErrorRate = "wer";
    public const string ExactMatch = "exact";
    public const string LineHarmonicMean = "lines.hmean";
    public const string LinePrecision = "lines.precision";
    public const string LineRecall = "lines.recall";

    /// <summary>The drift score of <see cref="DriftCheck"/>; rules watch it like a metric, it is not stored twice.</summary>
    public const string Drift = "drift";

    public const string Brightness = "property.brightness";
    public const string Contrast = "property.contrast";
    public const string Sharpness = "property.sharpness";
    public const string Saturation = "property.saturation";
    public const string Volume = "volume";
    public const string LabelledShare = "labelled";
    public const string MeanConfidence = "confidence";
    public const string PredictedShare = "predicted.share";
    public const string LatencyDecode = "latency.decode";
    public const string LatencyPrepare = "latency.prepare";
    public const string LatencyInfer = "latency.infer";
    public const string LatencyRead = "latency.read";
    public const string LatencyTotal95 = "latency.total.p95";

    /// <summary>Display text and unit of a metric id; the id itself for one that is not known.</summary>
    public static MetricText Describe(string id) => Texts.GetValueOrDefault(id, new MetricText(id, "", HigherIsBetter: null));

    private static readonly Dictionary<string, MetricText> Texts = new()
    {
        [Accuracy] = new("Accuracy", "0–1", true),
        [Top5Accuracy] = new("Top-5 accuracy", "0–1", true),
        [Precision] = new("Precision", "0–1", true),
        [Recall] = new("Recall", "0–1", true),
        [F1] = new("F1", "0–1", true),
        [CalibrationError] = new("Expected calibration error", "0–1", false),
        [AveragePrecision] = new("mAP (IoU .50–.95)", "0–1", true),
        [AveragePrecision50] = new("mAP (IoU .50)", "0–1", true),
        [AveragePrecision75] = new("mAP (IoU .75)", "0–1", true),
        [AverageRecall] = new("Average recall (100 detections)", "0–1", true),
        [MeanIntersectionOverUnion] = new("mIoU", "0–1", true),
        [IntersectionOverUnion] = new("IoU", "0–1", true),
        [PixelAccuracy] = new("Pixel accuracy", "0–1", true),
        [PanopticQuality] = new("PQ", "0–1", true),
        [PanopticQualityOfThings] = new("PQ of things", "0–1", true),
        [PanopticQualityOfStuff] = new("PQ of stuff", "0–1", true),
        [SegmentationQuality] = new("SQ (how well matched segments fit)", "0–1", true),
        [RecognitionQuality] = new("RQ (how many segments are matched)", "0–1", true),
        [CharacterErrorRate] = new("Character error rate", "errors per character", false),
        [WordErrorRate] = new("Word error rate", "errors per word", false),
        [ExactMatch] = new("Images read without a fault", "0–1", true),
        [LineHarmonicMean] = new("H-mean of found lines (IoU .50)", "0–1", true),
        [LinePrecision] = new("Precision of found lines", "0–1", true),
        [LineRecall] = new("Recall of found lines", "0–1", true),
        [Drift] = new("Drift score", "robust standard deviations", false),
        [Brightness] = new("Brightness", "0–1", null),
        [Contrast] = new("Contrast", "0–0.5", null),
        [Sharpness] = new("Sharpness", "standard deviation of the Laplacian", null),
        [Saturation] = new("Saturation", "0–1", null),
        [Volume] = new("Images in the window", "images", null),
        [LabelledShare] = new("Labelled share", "0–1", null),
        [MeanConfidence] = new("Mean confidence", "0–1", null),
        [PredictedShare] = new("Share of predictions", "0–1", null),
        [LatencyDecode] = new("Decode", "ms", false),
        [LatencyPrepare] = new("Prepare", "ms", false),
        [LatencyInfer] = new("Infer", "ms", false),
        [LatencyRead] = new("Read", "ms", false),
        [LatencyTotal95] = new("Latency, 95th percentile", "ms", false),
    };
}

/// <summary>How a metric is shown to people.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Unit">Its unit or range, for the axis.</param>
/// <param name="HigherIsBetter">Null where neither direction is better.</param>
public sealed record MetricText(string Name, string Unit, bool? HigherIsBetter);
