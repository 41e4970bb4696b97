namespace VisionMonitor.Vision;

/// <summary>What a model answers about an image.</summary>
public enum VisionTask
{
    /// <summary>One class for the image.</summary>
    Classification,

    /// <summary>Boxes with classes.</summary>
    Detection,

    /// <summary>A class for every pixel.</summary>
    SemanticSegmentation,

    /// <summary>Masks with classes.</summary>
    InstanceSegmentation,

    /// <summary>Every pixel belongs to a thing or to stuff.</summary>
    Panoptic,

    /// <summary>Text and where it stands (OCR).</summary>
    Text,

    /// <summary>A feature vector.</summary>
    Embedding,
}
