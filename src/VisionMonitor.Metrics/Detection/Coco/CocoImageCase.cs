namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>Collects one image's records into the arrays that the matcher reads. One thread at a time; scratch space is reused.</summary>
internal sealed class CocoImageCase
{
    private readonly CocoDataset _dataset;
    private readonly CocoResults _results;
    private readonly CocoMode _mode;
    private readonly int[] _classOf;
    private readonly ImageMatcher _matcher;
    private readonly int? _mostFederated;
    private readonly CocoOverlap _overlap;
    private int[] _truthIndices = [];
    private int[] _truthClasses = [];
    private double[] _truthAreas = [];
    private TruthTraits[] _traits = [];
    private int[] _resultIndices = [];
    private int[] _resultClasses = [];
    private double[] _resultAreas = [];
    private double[] _confidences = [];

    public CocoImageCase(CocoDataset dataset, CocoResults results, CocoOptions options, MatchPlan plan, int[] classOf)
    {
        (_dataset, _results, _mode, _classOf) = (dataset, results, options.Mode, classOf);
        _matcher = new ImageMatcher(plan);
        _mostFederated = options.IsFederated ? options.Detection.MaxDetections.Max() : null;
        _overlap = CocoOverlap.For(dataset, results, options);
    }

    public DetectionEvidence Compare(int image, ReadOnlySpan<int> truths, ReadOnlySpan<int> results)
    {
        CocoFederation? federation = null;
        if (_mostFederated is { } most)
        {
            federation = _dataset.Federations?.GetValueOrDefault(_dataset.Images[image].Id);
            results = Looked(federation, truths, results, most);
        }

        int truthCount = TakeTruths(truths), resultCount = TakeResults(results);
        _overlap.Turn(_truthIndices, truthCount, _resultIndices, resultCount, _resultAreas.AsSpan(0, resultCount));
        return _matcher.Match(new ImageObjects
        {
            TruthClasses = _truthClasses.AsSpan(0, truthCount),
            TruthAreas = _truthAreas.AsSpan(0, truthCount),
            TruthTraits = _traits.AsSpan(0, truthCount),
            PredictedClasses = _resultClasses.AsSpan(0, resultCount),
            PredictedAreas = _resultAreas.AsSpan(0, resultCount),
            Confidences = _confidences.AsSpan(0, resultCount),
            Overlap = _overlap,
            IsOpen = federation is null ? [] : Open(federation),
        });
    }

    /// <summary>The best results of the image over all classes, less those of classes that nobody looked for.</summary>
    private int[] Looked(CocoFederation? federation, ReadOnlySpan<int> truths, ReadOnlySpan<int> results, int most)
    {
        var looked = new HashSet<int>();
        foreach (int truth in truths)
        {
            looked.Add(_dataset.Objects.Categories[truth]);
        }

        looked.UnionWith((federation?.Absent ?? []).Select(_dataset.CategoryIndex));
        return [.. results.ToArray().OrderByDescending(d => _results.Objects.Scores[d]).Take(most).Where(d => looked.Contains(_results.Objects.Categories[d]))];
    }

    private bool[] Open(CocoFederation federation)
    {
        bool[] isOpen = new bool[_classOf.Length];
        foreach (int category in federation.NotExhaustive.Select(_dataset.CategoryIndex))
        {
            if (category >= 0 && _classOf[category] >= 0)
            {
                isOpen[_classOf[category]] = true;
            }
        }

        return isOpen;
    }

    private int TakeTruths(ReadOnlySpan<int> truths)
    {
        if (_truthIndices.Length < truths.Length)
        {
            int capacity = 2 * truths.Length;
            (_truthIndices, _truthClasses, _truthAreas, _traits) = (new int[capacity], new int[capacity], new double[capacity], new TruthTraits[capacity]);
        }

        CocoObjects objects = _dataset.Objects;
        int count = 0;
        foreach (int truth in truths)
        {
            int classIndex = _classOf[objects.Categories[truth]];
            if (classIndex >= 0)
            {
                _truthIndices[count] = truth;
                _truthClasses[count] = classIndex;
                _truthAreas[count] = objects.Areas[truth];
                _traits[count++] = Traits(objects.Flags[truth], objects.Ids[truth]);
            }
        }

        return count;
    }

    private int TakeResults(ReadOnlySpan<int> results)
    {
        if (_resultIndices.Length < results.Length)
        {
            int capacity = 2 * results.Length;
            (_resultIndices, _resultClasses, _resultAreas, _confidences) = (new int[capacity], new int[capacity], new double[capacity], new double[capacity]);
        }

        CocoObjects objects = _results.Objects;
        int count = 0;
        foreach (int result in results)
        {
            int classIndex = _classOf[objects.Categories[result]];
            if (classIndex >= 0)
            {
                _resultIndices[count] = result;
                _resultClasses[count] = classIndex;
                _resultAreas[count] = objects.AreaOf(result);
                _confidences[count++] = objects.Scores[result];
            }
        }

        return count;
    }

    private TruthTraits Traits(CocoFlags flags, CocoId id)
    {
        bool isCrowd = (flags & CocoFlags.Crowd) != 0;
        bool isIgnored = isCrowd || (_mode == CocoMode.Corrected && (flags & CocoFlags.Ignore) != 0)
            || (_dataset.Task == CocoTask.Keypoints && (flags & CocoFlags.NoKeypoints) != 0);
        bool isIdZero = _mode == CocoMode.Strict && id is { Number: 0, Text: null };
        return (isCrowd ? TruthTraits.Crowd : 0) | (isIgnored ? TruthTraits.Ignored : 0) | (isIdZero ? TruthTraits.IdZero : 0);
    }
}
