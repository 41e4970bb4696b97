using VisionMonitor.Metrics.Classification;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Panoptic;
using VisionMonitor.Metrics.Segmentation;
using VisionMonitor.Metrics.Text;

namespace VisionMonitor.Metrics;

/// <summary>Every kind of evaluation in this library, for readers and for documentation.</summary>
public static class Evaluations
{
    /// <summary>Id, type and one sentence of each; each type is an <see cref="IEvaluation{TTruth,TPrediction,TEvidence,TReport}"/>.</summary>
    public static IReadOnlyList<(string Id, Type Type, string Sentence)> All { get; } =
    [
        ("detection", typeof(DetectionEvaluation), "AP and AR of boxes, as pycocotools."),
        ("instance-segmentation", typeof(MaskEvaluation), "AP and AR of masks, as pycocotools, or with boundary IoU."),
        ("pose", typeof(KeypointEvaluation), "AP and AR of joints by their similarity (OKS), as pycocotools."),
        ("detection-voc", typeof(VocEvaluation), "AP as Pascal VOC: 11 points or all."),
        ("detection-federated", typeof(FederatedEvaluation), "AP where not every class was looked for in every image, as LVIS."),
        ("semantic", typeof(SemanticEvaluation), "mIoU, accuracy and Dice of label maps, as mmsegmentation."),
        ("panoptic", typeof(PanopticEvaluation), "PQ, SQ and RQ, as panopticapi."),
        ("classification", typeof(ClassificationEvaluation), "Accuracy, F1, calibration and ranking of one class per image, as scikit-learn."),
        ("multi-label", typeof(MultiLabelEvaluation), "mAP and F1 of several labels per image, as scikit-learn."),
        ("text", typeof(TextEvaluation), "CER and WER of read texts, as jiwer, in an explicit unit."),
        ("text-detection", typeof(TextDetectionEvaluation), "hmean of text polygons and end to end, as ICDAR and PaddleOCR."),
    ];
}
