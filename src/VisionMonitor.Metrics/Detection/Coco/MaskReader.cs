using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>Turns what a file says of a mask into runs. One thread at a time.</summary>
internal sealed class MaskReader(CocoDataset dataset, CocoResults results)
{
    private readonly PolygonRaster _raster = new();
    private uint[] _counts = [];

    public MaskShape ReadTruth(int index) => Read(dataset.File, () => $"annotation {dataset.Objects.Ids[index]}", dataset.Objects, index);

    public MaskShape ReadResult(int index) => Read(results.File, () => $"result {results.Objects.Records[index]} (counted from 0)", results.Objects, index);

    private MaskShape Read(string file, Func<string> record, CocoObjects objects, int index)
    {
        Segmentation mask = objects.Segmentations[index];
        try
        {
            return new MaskShape(mask.Kind switch
            {
                SegmentationKind.Text => RunLengthMask.FromText(mask.Height, mask.Width, mask.Text),
                SegmentationKind.Counts => RunLengthMask.FromCounts(mask.Height, mask.Width, Counts(mask.Numbers)),
                _ => FromPolygons(dataset.Images[objects.Images[index]], mask.Numbers),
            });
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
