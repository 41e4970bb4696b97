namespace VisionMonitor.Vision;

/// <summary>What a network answers about an image; decides which truth, prediction and metrics belong together.</summary>
public enum VisionTask
{
    /// <summary>One class for the whole image.</summary>
    Classification,

    /// <summary>Boxes, each with a class and a confidence.</summary>
    Detection,

    /// <summary>A class for every pixel.</summary>
    SemanticSegmentation,

    /// <summary>A mask for every object.</summary>
    InstanceSegmentation,

    /// <summary>A class and an instance for every pixel.</summary>
    Panoptic,

    /// <summary>Lines of text.</summary>
    Text,

    /// <summary>A vector that places the image among others; no answer of its own.</summary>
    Embedding,
}
