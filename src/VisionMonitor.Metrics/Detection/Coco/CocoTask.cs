namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>What is compared: pycocotools' iouType.</summary>
public enum CocoTask
{
    /// <summary>Boxes ("bbox").</summary>
    Boxes,

    /// <summary>Masks ("segm"): run lengths or polygons.</summary>
    Masks,

    /// <summary>Keypoints ("keypoints"), by object keypoint similarity.</summary>
    Keypoints,
}

/// <summary>Whether the known defects of pycocotools are kept.</summary>
public enum CocoMode
{
    /// <summary>
    /// Equal to pycocotools 2.0.11 to the last bit, with its defects: an annotation with id 0 is never matched; of annotations with the same id
    /// the last stands for all; the field "ignore" has no effect; keypoints without classes match nothing.
    /// </summary>
    Strict,

    /// <summary>Those four are mended: id 0 is an id like any other, each annotation stands for itself, "ignore" is heeded, keypoints match whatever their class. All else is equal.</summary>
    Corrected,
}
