namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>Sorts the records of both files by image and compares image by image, on as many threads as asked.</summary>
internal sealed class CocoComparison
{
    private readonly CocoDataset _dataset;
    private readonly CocoResults _results;
    private readonly CocoOptions _options;
    private readonly MatchPlan _plan;
    private readonly int[] _images;
    private readonly int[] _classOf;
    private readonly int[] _truthStarts;
    private readonly int[] _truths;
    private readonly int[] _resultStarts;
    private readonly int[] _resultOrder;

    public CocoComparison(CocoDataset dataset, CocoResults results, CocoOptions options, MatchPlan plan, int[] images, int[] categories)
    {
        (_dataset, _results, _options, _plan, _images) = (dataset, results, options, plan, images);
        _classOf = new int[dataset.Categories.Count];
        for (int c = 0; c < _classOf.Length; c++)
        {
            _classOf[c] = -1;
        }

        for (int c = 0; c < categories.Length; c++)
        {
            _classOf[categories[c]] = c;
        }

        // pycocotools looks annotations up by id, so that of several with one id the last stands for each.
        (_truthStarts, _truths) = ByImage(dataset.Objects, options.Mode == CocoMode.Strict ? dataset.LastOfId : null);
        (_resultStarts, _resultOrder) = ByImage(results.Objects, null);
    }

    public DetectionEvidence[] Run()
    {
        var evidence = new DetectionEvidence[_images.Length];
        int workers = Math.Clamp(_options.Parallelism, 1, Math.Max(1, _images.Length));
        if (workers == 1)
        {
            CompareRange(evidence, 0, _images.Length);
            return evidence;
        }

        try
        {
            Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, worker =>
                CompareRange(evidence, (int)((long)_images.Length * worker / workers), (int)((long)_images.Length * (worker + 1) / workers)));
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<CocoFormatException>().FirstOrDefault() is { } first)
        {
            throw first;
        }

        return evidence;
    }

    private void CompareRange(DetectionEvidence[] evidence, int from, int to)
    {
        var image = new CocoImageCase(_dataset, _results, _options, _plan, _classOf);
        for (int i = from; i < to; i++)
        {
            int index = _images[i];
            evidence[i] = image.Compare(
                index,
                _truths.AsSpan(_truthStarts[index], _truthStarts[index + 1] - _truthStarts[index]),
                _resultOrder.AsSpan(_resultStarts[index], _resultStarts[index + 1] - _resultStarts[index]));
        }
    }

    /// <summary>Counting sort by image: stable, so that file order remains inside an image.</summary>
    private (int[] Starts, int[] Order) ByImage(CocoObjects objects, int[]? stand)
    {
        int count = _dataset.Images.Count;
        bool[] isChosen = new bool[count];
        foreach (int image in _images)
        {
            isChosen[image] = true;
        }

        int[] starts = new int[count + 2], order = new int[objects.Count], imageOf = new int[objects.Count];
        for (int i = 0; i < imageOf.Length; i++)
        {
            // Only an annotation that is found through its own image and category is looked up at all; without classes, through its image alone.
            int found = stand is null ? i : stand[i];
            bool isFound = objects.Images[i] >= 0 && isChosen[objects.Images[i]] && objects.Images[found] >= 0 && objects.Categories[found] >= 0
                && (found == i || _options.Detection.IsClassAgnostic || (objects.Categories[i] >= 0 && _classOf[objects.Categories[i]] >= 0));
            imageOf[i] = isFound ? objects.Images[found] : count;
            starts[imageOf[i] + 1]++;
        }

        for (int i = 1; i < starts.Length; i++)
        {
            starts[i] += starts[i - 1];
        }

        int[] next = starts.AsSpan(0, count + 1).ToArray();
        for (int i = 0; i < order.Length; i++)
        {
            order[next[imageOf[i]]++] = stand is null ? i : stand[i];
        }

        return (starts, order);
    }
}
