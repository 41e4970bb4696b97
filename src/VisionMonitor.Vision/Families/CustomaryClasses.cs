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

    /// <summary>ADE20K's 150 classes of the scene parsing benchmark, without the zero of "other".</summary>
    private static readonly string[] _ade =
    [
        "wall", "building", "sky", "floor", "tree", "ceiling", "road", "bed", "windowpane", "grass",
        "cabinet", "sidewalk", "person", "earth", "door", "table", "mountain", "plant", "curtain", "chair",
        "car", "water", "painting", "sofa", "shelf", "house", "sea", "mirror", "rug", "field",
        "armchair", "seat", "fence", "desk", "rock", "wardrobe", "lamp", "bathtub", "railing", "cushion",
        "base", "box", "column", "signboard", "chest of drawers", "counter", "sand", "sink", "skyscraper", "fireplace",
        "refrigerator", "grandstand", "path", "stairs", "runway", "case", "pool table", "pillow", "screen door", "stairway",
        "river", "bridge", "bookcase", "blind", "coffee table", "toilet", "flower", "book", "hill", "bench",
        "countertop", "stove", "palm", "kitchen island", "computer", "swivel chair", "boat", "bar", "arcade machine", "hovel",
        "bus", "towel", "light", "truck", "tower", "chandelier", "awning", "streetlight", "booth", "television receiver",
        "airplane", "dirt track", "apparel", "pole", "land", "bannister", "escalator", "ottoman", "bottle", "buffet",
        "poster", "stage", "van", "ship", "fountain", "conveyer belt", "canopy", "washer", "plaything", "swimming pool",
        "stool", "barrel", "basket", "waterfall", "tent", "bag", "minibike", "cradle", "oven", "ball",
        "food", "step", "tank", "trade name", "microwave", "pot", "animal", "bicycle", "lake", "dishwasher",
        "screen", "blanket", "sculpture", "hood", "sconce", "vase", "traffic light", "tray", "ashcan", "fan",
        "pier", "crt screen", "plate", "monitor", "bulletin board", "shower", "radiator", "glass", "clock", "flag",
    ];

    /// <summary>What COCO's panoptic task has beside the 80 things: ground that cannot be counted.</summary>
    private static readonly string[] _cocoStuff =
    [
        "banner", "blanket", "bridge", "cardboard", "counter", "curtain", "door-stuff", "floor-wood",
        "flower", "fruit", "gravel", "house", "light", "mirror-stuff", "net", "pillow",
        "platform", "playingfield", "railroad", "river", "road", "roof", "sand", "sea",
        "shelf", "snow", "stairs", "tent", "towel", "wall-brick", "wall-stone", "wall-tile",
        "wall-wood", "water-other", "window-blind", "window-other", "tree-merged", "fence-merged", "ceiling-merged", "sky-other-merged",
        "cabinet-merged", "table-merged", "floor-other-merged", "pavement-merged", "mountain-merged", "grass-merged", "dirt-merged", "paper-merged",
        "food-other-merged", "building-other-merged", "rock-merged", "wall-other-merged", "rug-merged",
    ];

    private static readonly string[] _cocoPanoptic = [.. CocoClasses.Names, .. _cocoStuff];

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
        (VisionTask.SemanticSegmentation, 150) => ("ADE20K's", _ade),
        (VisionTask.Panoptic, 133) => ("COCO's panoptic ones", _cocoPanoptic),
        (VisionTask.SemanticSegmentation, 2) => ("background and foreground", ["background", "foreground"]),
        _ => (null, null),
    };

    /// <summary>The classes of ground where these are COCO's panoptic ones; null where they are others.</summary>
    public static IReadOnlyList<string>? StuffOf(IReadOnlyList<string> classes) => classes.SequenceEqual(_cocoPanoptic) ? _cocoStuff : null;

    private static string[] ByNumber()
    {
        Queue<string> names = new(CocoClasses.Names);
        return [.. Enumerable.Range(0, 91).Select(number => _cocoHoles.Contains(number) ? $"N/A {number}" : names.Dequeue())];
    }
}
