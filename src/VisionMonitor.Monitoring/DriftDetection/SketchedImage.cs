using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Monitoring.DriftDetection;

/// <summary>What a sketch takes from one image and one version's answer.</summary>
/// <param name="ClassIndex">Predicted class, of a detection that of its most confident box; −1 for none.</param>
/// <param name="Confidence">Of it, 0 to 1.</param>
/// <param name="Embedding">The image's vector.</param>
/// <param name="Properties">Brightness, contrast, sharpness and saturation, brought to about 0 to 1.</param>
public readonly record struct SketchedImage(int ClassIndex, float Confidence, float[] Embedding, float[] Properties)
{
    /// <summary>How many properties an image has.</summary>
    public const int PropertyCount = 4;

    /// <summary>Takes what is needed; null where the image has no usable embedding or was not measured.</summary>
    public static SketchedImage? Of(Image image, Prediction? prediction, byte[]? embedding)
    {
        if (embedding is null || image is not { Brightness: { } brightness, Contrast: { } contrast, Sharpness: { } sharpness, Saturation: { } saturation }
            || EmbeddingSet.FromBytes([embedding]) is not { Count: 1 } vector)
        {
            return null;
        }

        (int index, float confidence) = Top(prediction);

        // Contrast ends at 0.5, and sharp pictures lie at about 0.1 of the largest possible sharpness.
        return new SketchedImage(index, confidence, vector.Rows, [(float)brightness, (float)(2 * contrast), (float)Math.Min(4 * sharpness, 2), (float)saturation]);
    }

    private static (int Index, float Confidence) Top(Prediction? prediction) => prediction switch
    {
        ClassificationPrediction { TopClassIndex: >= 0 and var top } classes => (top, classes.Probabilities[top]),
        DetectionPrediction { Boxes: [var first, ..] } => (first.ClassIndex, (float)first.Confidence),
        _ => (-1, 0),
    };
}
