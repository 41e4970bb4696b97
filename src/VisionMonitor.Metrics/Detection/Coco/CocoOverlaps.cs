using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>The objects of one image that take part, as indices into the dataset and the results; each kind of overlap reads its own arrays.</summary>
internal abstract class CocoOverlap(CocoDataset dataset, CocoResults results) : IOverlap
{
    protected CocoObjects Truth { get; } = dataset.Objects;

    protected CocoObjects Results { get; } = results.Objects;

    protected int[] TruthIndices { get; private set; } = [];

    protected int[] ResultIndices { get; private set; } = [];

    protected int TruthCount { get; private set; }

    protected int ResultCount { get; private set; }

    /// <summary>Turns to another image; areas of results that the file does not give are filled in.</summary>
    public virtual void Turn(int[] truthIndices, int truthCount, int[] resultIndices, int resultCount, Span<double> resultAreas)
    {
        (TruthIndices, TruthCount, ResultIndices, ResultCount) = (truthIndices, truthCount, resultIndices, resultCount);
    }

    public abstract void Fill(ReadOnlySpan<int> predicted, ReadOnlySpan<int> truths, Span<double> overlaps, double floor);

    protected bool IsCrowd(int truth) => (Truth.Flags[truth] & CocoFlags.Crowd) != 0;

    public static CocoOverlap For(CocoDataset dataset, CocoResults results, CocoOptions options) => dataset.Task switch
    {
        CocoTask.Boxes => new CocoBoxOverlap(dataset, results),
        CocoTask.Masks => new CocoMaskOverlap(dataset, results, options.Detection.IsClassAgnostic, options.BoundaryRatio),
        _ => new CocoKeypointOverlap(dataset, results, options.KeypointSigmas, matchesNothing: options is { Mode: CocoMode.Strict, Detection.IsClassAgnostic: true }),
    };
}

/// <summary>IoU of boxes; a result that has only a mask gets the mask's box and area.</summary>
internal sealed class CocoBoxOverlap(CocoDataset dataset, CocoResults results) : CocoOverlap(dataset, results)
{
    private readonly MaskReader _masks = new(dataset, results);

    public override void Turn(int[] truthIndices, int truthCount, int[] resultIndices, int resultCount, Span<double> resultAreas)
    {
        base.Turn(truthIndices, truthCount, resultIndices, resultCount, resultAreas);
        for (int d = 0; d < resultCount; d++)
        {
            int result = resultIndices[d];
            if (double.IsNaN(resultAreas[d]))
            {
                MaskShape shape = _masks.ReadResult(result);
                resultAreas[d] = shape.Area;
                if ((Results.Flags[result] & CocoFlags.HasBox) == 0)
                {
                    // One image is one worker's, so no other thread touches this record.
                    Results.Boxes[result] = shape.Bounds;
                }
            }
        }
    }

    public override void Fill(ReadOnlySpan<int> predicted, ReadOnlySpan<int> truths, Span<double> overlaps, double floor)
    {
        int at = 0;
        foreach (int p in predicted)
        {
            BoundingBox box = Results.Boxes[ResultIndices[p]];
            foreach (int t in truths)
            {
                int truth = TruthIndices[t];
                overlaps[at++] = IsCrowd(truth)
                    ? BoxOverlap.IntersectionOverPredicted(box, Truth.Boxes[truth])
                    : BoxOverlap.IntersectionOverUnion(box, Truth.Boxes[truth]);
            }
        }
    }
}

/// <summary>IoU of masks. Masks are read where a class has both sides only, except for areas.</summary>
internal sealed class CocoMaskOverlap(CocoDataset dataset, CocoResults results, bool isClassAgnostic, double? boundaryRatio) : CocoOverlap(dataset, results)
{
    private readonly MaskReader _masks = new(dataset, results);
    private readonly bool[] _hasTruth = new bool[dataset.Categories.Count];
    private MaskShape[] _truthShapes = [];
    private MaskShape[] _resultShapes = [];

    /// <summary>Boundaries of the image at hand by object (0 and up) and by result (−1 and down), made when a pair first needs them.</summary>
    private readonly Dictionary<int, MaskShape> _boundaries = [];

    public override void Turn(int[] truthIndices, int truthCount, int[] resultIndices, int resultCount, Span<double> resultAreas)
    {
        base.Turn(truthIndices, truthCount, resultIndices, resultCount, resultAreas);
        if (_truthShapes.Length < truthCount)
        {
            _truthShapes = new MaskShape[truthCount * 2];
        }

        if (_resultShapes.Length < resultCount)
        {
            _resultShapes = new MaskShape[resultCount * 2];
        }

        _boundaries.Clear();
        Array.Clear(_hasTruth);
        for (int g = 0; g < truthCount; g++)
        {
            _truthShapes[g] = default;
            _hasTruth[Truth.Categories[truthIndices[g]]] = true;
        }

        for (int d = 0; d < resultCount; d++)
        {
            int result = resultIndices[d];
            bool isNeeded = isClassAgnostic ? truthCount > 0 : _hasTruth[Results.Categories[result]];
            bool needsArea = double.IsNaN(resultAreas[d]);
            _resultShapes[d] = isNeeded || needsArea ? _masks.ReadResult(result) : default;
            resultAreas[d] = needsArea ? _resultShapes[d].Area : resultAreas[d];
        }
    }

    public override void Fill(ReadOnlySpan<int> predicted, ReadOnlySpan<int> truths, Span<double> overlaps, double floor)
    {
        int at = 0;
        foreach (int p in predicted)
        {
            if (_resultShapes[p].Mask is null)
            {
                _resultShapes[p] = _masks.ReadResult(ResultIndices[p]);
            }

            foreach (int t in truths)
            {
                if (_truthShapes[t].Mask is null)
                {
                    _truthShapes[t] = _masks.ReadTruth(TruthIndices[t]);
                }

                bool isCrowd = IsCrowd(TruthIndices[t]);
                double overlap = MaskOverlap.Of(_resultShapes[p], _truthShapes[t], isCrowd, floor);
                overlaps[at++] = boundaryRatio is null || overlap <= 0 ? overlap : Math.Min(overlap, MaskOverlap.Of(Boundary(-1 - p, _resultShapes[p]), Boundary(t, _truthShapes[t]), isCrowd, floor));
            }
        }
    }

    private MaskShape Boundary(int key, in MaskShape shape)
    {
        if (!_boundaries.TryGetValue(key, out MaskShape boundary))
        {
            double ratio = boundaryRatio!.Value;
            _boundaries[key] = boundary = key < 0 ? _masks.BoundaryOfResult(ResultIndices[-1 - key], shape.Mask, ratio) : _masks.BoundaryOfTruth(TruthIndices[key], shape.Mask, ratio);
        }

        return boundary;
    }
}

/// <summary>Object keypoint similarity. Without classes pycocotools forgets to look for the objects, so that nothing matches.</summary>
internal sealed class CocoKeypointOverlap(CocoDataset dataset, CocoResults results, IReadOnlyList<double> sigmas, bool matchesNothing) : CocoOverlap(dataset, results)
{
    private readonly double[] _sigmas = [.. sigmas];
    private readonly string _file = results.File;

    public override void Fill(ReadOnlySpan<int> predicted, ReadOnlySpan<int> truths, Span<double> overlaps, double floor)
    {
        if (matchesNothing)
        {
            overlaps.Fill(-1);
            return;
        }

        int at = 0;
        foreach (int p in predicted)
        {
            foreach (int t in truths)
            {
                (int truth, int result) = (TruthIndices[t], ResultIndices[p]);
                if (Truth.Keypoints[truth].Count != 3 * _sigmas.Length || Results.Keypoints[result].Count != 3 * _sigmas.Length)
                {
                    throw new CocoFormatException(_file, $"result {Results.Records[result]} (counted from 0)", "wrong_type", $"{_sigmas.Length} keypoints need {3 * _sigmas.Length} numbers; the result has {Results.Keypoints[result].Count}, annotation {Truth.Ids[truth]} has {Truth.Keypoints[truth].Count}.");
                }

                overlaps[at++] = KeypointOverlap.Similarity(Truth.Keypoints[truth], Truth.Boxes[truth], Truth.Areas[truth], Results.Keypoints[result], _sigmas);
            }
        }
    }
}
