namespace VisionMonitor.Vision.Families;

/// <summary>Lists of classes that are so common that a number of outputs suggests them; always said as an assumption.</summary>
internal static class CustomaryClasses
{
    /// <summary>Pascal VOC with its background, as segmentation networks number it.</summary>
    internal static IReadOnlyList<string> PascalVoc => _voc;

    private static readonly string[] _voc =
    [
        "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow", "diningtable", "dog", "horse",
        "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
    ];

    /// <summary>The 19 classes that Cityscapes trains and scores.</summary>
    private static readonly string[] _cityscapes =
    [
        "road", "sidewalk", "building", "wall", "fence", "pole", "traffic light", "traffic sign", "vegetation", "terrain", "sky", "person",
        "rider", "car", "truck", "bus", "train", "motorcycle", "bicycle",
    ];

    /// <summary>The numbers of COCO that name nothing: it has 80 classes with numbers up to 90.</summary>
    private static readonly HashSet<int> _cocoHoles = [0, 12, 26, 29, 30, 45, 66, 68, 69, 71, 83];

    /// <summary>COCO by its own numbers from 0 to 90, as DETR numbers it.</summary>
    private static readonly string[] _cocoByNumber = ByNumber();

    /// <summary>Whose classes these may be, and their names; null where the number suggests nothing.</summary>
    public static (string? Whose, IReadOnlyList<string>? Names) Find(VisionTask task, int classCount) => (task, classCount) switch
    {
        (VisionTask.Detection or VisionTask.InstanceSegmentation, 80) => ("COCO's", CocoClasses.Names),
        (VisionTask.Detection or VisionTask.InstanceSegmentation, 91) => ("COCO's by its own numbers", _cocoByNumber),
        (VisionTask.SemanticSegmentation, 21) => ("Pascal VOC's", _voc),
        (VisionTask.SemanticSegmentation, 19) => ("Cityscapes'", _cityscapes),
        (VisionTask.SemanticSegmentation, 2) => ("background and foreground", ["background", "foreground"]),
        _ => (null, null),
    };

    private static string[] ByNumber()
    {
        Queue<string> names = new(CocoClasses.Names);
        return [.. Enumerable.Range(0, 91).Select(number => _cocoHoles.Contains(number) ? $"N/A {number}" : names.Dequeue())];
    }
}
