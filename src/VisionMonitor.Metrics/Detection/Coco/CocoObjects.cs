using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>The records of a COCO file, as a structure of arrays in file order. Optional arrays stay empty when the task does not need them.</summary>
internal sealed class CocoObjects
{
    private int _capacity;

    public int Count { get; private set; }

    /// <summary>Index into the dataset's images, −1 when there is no such image.</summary>
    public int[] Images = [];

    /// <summary>Index into the dataset's categories, −1 when there is no such category.</summary>
    public int[] Categories = [];

    public BoundingBox[] Boxes = [];

    /// <summary>NaN where the file does not say.</summary>
    public double[] Areas = [];

    /// <summary>Confidence of a result.</summary>
    public double[] Scores = [];

    /// <summary>Place of a result in its file, from 0.</summary>
    public int[] Records = [];

    /// <summary>Id of an annotation.</summary>
    public CocoId[] Ids = [];

    public CocoFlags[] Flags = [];

    public Segmentation[] Segmentations = [];

    /// <summary>x, y, visibility of each point; empty where there is none.</summary>
    public ArraySegment<double>[] Keypoints = [];

    /// <summary>Makes room for one more and returns its index.</summary>
    public int Add(bool isResult, CocoTask task, bool keepsSegmentation, JsonScanner scanner)
    {
        if (Count == _capacity)
        {
            _capacity = Count == 0 ? 1024 : Math.Max(_capacity + (_capacity / 8), scanner.Estimate(_capacity));
            Array.Resize(ref Images, _capacity);
            Array.Resize(ref Categories, _capacity);
            Array.Resize(ref Boxes, _capacity);
            Array.Resize(ref Areas, _capacity);
            Array.Resize(ref Flags, _capacity);
            if (isResult)
            {
                Array.Resize(ref Scores, _capacity);
                Array.Resize(ref Records, _capacity);
            }
            else
            {
                Array.Resize(ref Ids, _capacity);
            }

            if (keepsSegmentation)
            {
                Array.Resize(ref Segmentations, _capacity);
            }

            if (task == CocoTask.Keypoints)
            {
                Array.Resize(ref Keypoints, _capacity);
            }
        }

        return Count++;
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
