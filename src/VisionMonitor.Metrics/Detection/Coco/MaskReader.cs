using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>Turns what a file says of a mask into runs. One thread at a time.</summary>
internal sealed class MaskReader(CocoDataset dataset, CocoResults results)
{
    /// <summary>A polygon costs memory for each column that it crosses, whatever the file says of the image.</summary>
    private const int LongestSide = 1 << 18;

    private readonly PolygonRaster _raster = new();
    private uint[] _counts = [];

    public MaskShape ReadTruth(int index) => Read(dataset.File, () => Annotation(index), dataset.Objects, index);

    public MaskShape ReadResult(int index) => Read(results.File, () => Result(index), results.Objects, index);

    public MaskShape BoundaryOfTruth(int index, RunLengthMask mask, double ratio) => Named(dataset.File, () => Annotation(index), () => MaskBoundary.Of(mask, ratio));

    public MaskShape BoundaryOfResult(int index, RunLengthMask mask, double ratio) => Named(results.File, () => Result(index), () => MaskBoundary.Of(mask, ratio));

    private string Annotation(int index) => $"annotation {dataset.Objects.Ids[index]}";

    private string Result(int index) => $"result {results.Objects.Records[index]} (counted from 0)";

    private MaskShape Read(string file, Func<string> record, CocoObjects objects, int index)
    {
        Segmentation mask = objects.Segmentations[index];
        return Named(file, record, () => mask.Kind switch
        {
            SegmentationKind.Text => RunLengthMask.FromText(mask.Height, mask.Width, mask.Text),
            SegmentationKind.Counts => RunLengthMask.FromCounts(mask.Height, mask.Width, Counts(mask.Numbers)),
            _ => FromPolygons(dataset.Images[objects.Images[index]], mask.Numbers),
        });
    }

    private static MaskShape Named(string file, Func<string> record, Func<RunLengthMask> make)
    {
        try
        {
            return new MaskShape(make());
        }
        catch (ArgumentException e)
        {
            throw new CocoFormatException(file, record(), "mask_size_mismatch", e.Message);
        }
    }

    private ReadOnlySpan<uint> Counts(ReadOnlySpan<double> numbers)
    {
        if (_counts.Length < numbers.Length)
        {
            _counts = new uint[2 * numbers.Length];
        }

        for (int i = 0; i < numbers.Length; i++)
        {
            _counts[i] = numbers[i] is >= 0 and <= uint.MaxValue && numbers[i] == Math.Floor(numbers[i])
                ? (uint)numbers[i]
                : throw new ArgumentException("Run lengths are whole numbers of at least 0.");
        }

        return _counts.AsSpan(0, numbers.Length);
    }

    private RunLengthMask FromPolygons(CocoImage image, ReadOnlySpan<double> numbers)
    {
        if (image.Width == 0 || image.Height == 0)
        {
            throw new ArgumentException($"Image {image.Id} has no width and height; polygons need them.");
        }

        if (Math.Max(image.Width, image.Height) > LongestSide || (long)image.Width * image.Height > uint.MaxValue)
        {
            throw new ArgumentException($"Image {image.Id} is said to have {image.Height} × {image.Width} pixels, too many for polygons.");
        }

        RunLengthMask? mask = null;
        for (int at = 0; at < numbers.Length;)
        {
            int length = (int)numbers[at];
            RunLengthMask part = _raster.Fill(image.Height, image.Width, numbers.Slice(at + 1, length));
            mask = mask is null ? part : RunLengthMask.Union(mask, part);
            at += 1 + length;
        }

        return mask!;
    }
}
