namespace VisionMonitor.Vision.Labels;

/// <summary>What a format keeps of objects beyond class, box and one outline.</summary>
[Flags]
public enum LabelFeatures
{
    /// <summary>Nothing more.</summary>
    None = 0,

    /// <summary>The size of each image, in the labels or by the images beside them.</summary>
    Sizes = 1,

    /// <summary>That a region counts neither for nor against a model (COCO's crowd, VOC's difficult).</summary>
    Crowds = 2,

    /// <summary>Several outlines of one object.</summary>
    Parts = 4,

    /// <summary>Painted masks.</summary>
    Masks = 8,

    /// <summary>Joints with their visibility.</summary>
    Joints = 16,

    /// <summary>Objects whose pixels another object covers.</summary>
    Overlaps = 32,

    /// <summary>Joints of some objects beside the outlines of others.</summary>
    Mixed = 64,
}
