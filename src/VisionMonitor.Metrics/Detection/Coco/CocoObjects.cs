using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>The records of a COCO file, as a structure of arrays in file order. Arrays that were not asked for stay empty: each megabyte touched costs time.</summary>
internal sealed class CocoObjects
{
    private int _capacity;
    private CocoFields _kept;

    public int Count { get; private set; }

    /// <summary>Index into the dataset's images, −1 when there is no such image.</summary>
    public int[] Images = [];

    /// <summary>Index into the dataset's categories, −1 when there is no such category.</summary>
    public int[] Categories = [];

    public BoundingBox[] Boxes = [];

    /// <summary>NaN where the file does not say; empty where each is the area of its box.</summary>
    public double[] Areas = [];

    /// <summary>Confidence of a result.</summary>
    public double[] Scores = [];

    /// <summary>Place of a result in its file, from 0; kept where a message may have to name it.</summary>
    public int[] Records = [];

    /// <summary>Id of an annotation.</summary>
    public CocoId[] Ids = [];

    public CocoFlags[] Flags = [];

    public Segmentation[] Segmentations = [];

    /// <summary>x, y, visibility of each point; empty where there is none.</summary>
    public ArraySegment<double>[] Keypoints = [];

    /// <summary>Says which arrays are kept; before the first record is added.</summary>
    public void Keep(CocoFields fields) => _kept = fields;

    /// <summary>The area of a record in square pixels, NaN where the file does not say.</summary>
    public double AreaOf(int at) => Areas.Length == 0 ? Boxes[at].Area : Areas[at];

    /// <summary>Makes room for one more and returns its index.</summary>
    public int Add(JsonScanner scanner)
    {
        if (Count == _capacity)
        {
            _capacity = Count == 0 ? 1024 : Math.Max(_capacity + (_capacity / 8), scanner.Estimate(_capacity));
            Array.Resize(ref Images, _capacity);
            Array.Resize(ref Categories, _capacity);
            Array.Resize(ref Boxes, _capacity);
            Array.Resize(ref Flags, _capacity);
            Resize(ref Areas, CocoFields.Areas);
            Resize(ref Scores, CocoFields.Scores);
            Resize(ref Records, CocoFields.Records);
            Resize(ref Ids, CocoFields.Ids);
            Resize(ref Segmentations, CocoFields.Segmentations);
            Resize(ref Keypoints, CocoFields.Keypoints);
        }

        return Count++;
    }

    private void Resize<T>(ref T[] array, CocoFields field)
    {
        if ((_kept & field) != 0)
        {
            Array.Resize(ref array, _capacity);
        }
    }

    /// <summary>What keeps a record from ever matching, though pycocotools takes it without a word; <see langword="null"/> where nothing does.</summary>
    public string? Oddity(int at, CocoDataset dataset)
    {
        if (dataset.Task == CocoTask.Boxes)
        {
            return (Flags[at] & CocoFlags.HasBox) != 0 && !(Boxes[at].Width > 0 && Boxes[at].Height > 0) ? "a box without width or height can match nothing" : null;
        }

        if (dataset.Task == CocoTask.Masks && Segmentations[at] is { Kind: SegmentationKind.Text or SegmentationKind.Counts } mask && dataset.Images[Images[at]] is { Width: > 0, Height: > 0 } image)
        {
            return (mask.Height, mask.Width) == (image.Height, image.Width) ? null : "a mask of another size than its image matches nothing that has the image's size";
        }

        return null;
    }
}

/// <summary>The arrays that not every file needs.</summary>
[Flags]
internal enum CocoFields : byte
{
    None = 0,
    Areas = 1,
    Scores = 2,
    Records = 4,
    Ids = 8,
    Segmentations = 16,
    Keypoints = 32,
}

/// <summary>What a record says of itself.</summary>
[Flags]
internal enum CocoFlags : byte
{
    None = 0,
    Crowd = 1,
    Ignore = 2,
    HasBox = 4,
    NoKeypoints = 8,
}

/// <summary>A mask as the file wrote it; it becomes runs only when its image is evaluated.</summary>
internal readonly record struct Segmentation(SegmentationKind Kind, int Height, int Width, ArraySegment<byte> Text, ArraySegment<double> Numbers);

internal enum SegmentationKind : byte
{
    None,

    /// <summary>Numbers: for each part its length and its coordinates.</summary>
    Polygons,

    /// <summary>Numbers: the run lengths.</summary>
    Counts,

    /// <summary>Text: COCO's compressed run lengths.</summary>
    Text,
}
