using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Masks;

/// <summary>What a truth or a prediction says of every pixel, for pictures: the class, and which object of it.</summary>
public sealed class PixelLayer
{
    /// <summary>The value of pixels that belong to nothing.</summary>
    public const int Nothing = -1;

    /// <summary>The value of pixels of which nobody knows what they are.</summary>
    public const int Unknown = -2;

    /// <summary>In a difference: predicted where nothing is.</summary>
    public const int False = 0;

    /// <summary>In a difference: something that was not predicted.</summary>
    public const int Missed = 1;

    /// <summary>In a difference: predicted as another class.</summary>
    public const int Mistaken = 2;

    private int _painted;

    private PixelLayer(int width, int height)
    {
        (Width, Height) = (width, height);
        Classes = new int[width * height];
        Objects = new int[width * height];
        Classes.AsSpan().Fill(Nothing);
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>Class index per pixel, row-major; <see cref="Nothing"/> or <see cref="Unknown"/> where there is none.</summary>
    internal int[] Classes { get; }

    /// <summary>The number of the object that a pixel belongs to, so that neighbours of one class are told apart.</summary>
    internal int[] Objects { get; }

    /// <summary>The layer of a truth of masks, maps or segments; null for other tasks.</summary>
    /// <param name="truth">The truth.</param>
    /// <param name="width">Width of the upright image in pixels.</param>
    /// <param name="height">Height of the upright image in pixels.</param>
    public static PixelLayer? Of(Truth truth, int width, int height)
    {
        switch (truth)
        {
            case SemanticTruth { Map: var map }:
                return OfClasses(map.With(value => value == SemanticTruth.Ignored ? Unknown : value));
            case PanopticTruth { Map: var map, Segments: var segments }:
                return OfSegments(map, segments.ToDictionary(segment => segment.Id, segment => segment.IsCrowd ? Unknown : segment.ClassIndex));
            case InstanceTruth { Instances: var instances }:
                PixelLayer layer = new(width, height);
                foreach (TruthInstance instance in instances.Where(one => one.Polygons.Count > 0 || one.Mask is not null))
                {
                    layer.Paint(instance.Pixels(height, width), instance.Box.IsCrowd ? Unknown : instance.Box.ClassIndex);
                }

                return layer;
            default:
                return null;
        }
    }

    /// <summary>The layer of a prediction of masks, maps or segments; null for other tasks.</summary>
    /// <param name="prediction">The prediction.</param>
    /// <param name="width">Width of the upright image in pixels.</param>
    /// <param name="height">Height of the upright image in pixels.</param>
    /// <param name="confidence">Instances below this are left out, 0 to 1.</param>
    public static PixelLayer? Of(Prediction prediction, int width, int height, double confidence)
    {
        switch (prediction)
        {
            case SemanticPrediction { Map: var map }:
                return OfClasses(map);
            case PanopticPrediction { Map: var map, Segments: var segments }:
                return OfSegments(map, segments.ToDictionary(segment => segment.Id, segment => segment.ClassIndex));
            case InstancePrediction { Instances: var instances }:
                PixelLayer layer = new(width, height);

                // The surest is painted last, so that it lies on top.
                foreach (PredictedInstance instance in instances.Where(one => one.Box.Confidence >= confidence).Reverse())
                {
                    layer.Paint(instance.Mask, instance.Box.ClassIndex);
                }

                return layer;
            default:
                return null;
        }
    }

    /// <summary>Where two layers disagree: <see cref="False"/>, <see cref="Missed"/> or <see cref="Mistaken"/>; <see cref="Nothing"/> where they agree or nobody knows.</summary>
    /// <param name="truth">What is true.</param>
    /// <param name="predicted">What was predicted, of the same size.</param>
    /// <param name="blank">Classes that mean nothing, such as the background.</param>
    public static PixelLayer Difference(PixelLayer truth, PixelLayer predicted, IReadOnlySet<int> blank)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(blank);
        ArgumentOutOfRangeException.ThrowIfNotEqual((truth.Width, truth.Height), (predicted.Width, predicted.Height));
        PixelLayer difference = new(truth.Width, truth.Height);
        for (int pixel = 0; pixel < difference.Classes.Length; pixel++)
        {
            (int known, int said) = (Plain(truth.Classes[pixel]), Plain(predicted.Classes[pixel]));
            difference.Classes[pixel] = known == Unknown || known == said ? Nothing : known < 0 ? False : said < 0 ? Missed : Mistaken;
        }

        return difference;

        int Plain(int index) => blank.Contains(index) ? Nothing : index;
    }

    /// <summary>The pixels whose class is known and those of them that are predicted alike.</summary>
    public static (long Known, long Right) Agreement(PixelLayer truth, PixelLayer predicted)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentOutOfRangeException.ThrowIfNotEqual((truth.Width, truth.Height), (predicted.Width, predicted.Height));
        (long known, long right) = (0, 0);
        for (int pixel = 0; pixel < truth.Classes.Length; pixel++)
        {
            known += truth.Classes[pixel] == Unknown ? 0 : 1;
            right += truth.Classes[pixel] != Unknown && truth.Classes[pixel] == predicted.Classes[pixel] ? 1 : 0;
        }

        return (known, right);
    }

    private static PixelLayer OfClasses(ClassMap map)
    {
        PixelLayer layer = new(map.Width, map.Height);
        map.CopyTo(layer.Classes);
        return layer;
    }

    private static PixelLayer OfSegments(ClassMap map, Dictionary<int, int> classes)
    {
        PixelLayer layer = new(map.Width, map.Height);
        map.CopyTo(layer.Objects);
        for (int pixel = 0; pixel < layer.Objects.Length; pixel++)
        {
            layer.Classes[pixel] = classes.GetValueOrDefault(layer.Objects[pixel], Nothing);
        }

        return layer;
    }

    /// <summary>A mask counts down the columns, a layer along the rows.</summary>
    private void Paint(RunLengthMask mask, int classIndex)
    {
        if (mask.Width != Width || mask.Height != Height)
        {
            return;
        }

        int number = ++_painted;
        uint[] counts = mask.ToCounts();
        long at = 0;
        for (int run = 0; run < counts.Length; run++)
        {
            for (long end = at + counts[run]; at < end; at++)
            {
                if (run % 2 == 1)
                {
                    int pixel = (int)(at % Height * Width + at / Height);
                    (Classes[pixel], Objects[pixel]) = (classIndex, number);
                }
            }
        }
    }
}
