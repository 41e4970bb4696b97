namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>A COCO evaluation of files: equal to pycocotools 2.0.11 in every bit of its arrays.</summary>
public sealed class CocoEvaluation
{
    private readonly MatchPlan _plan;
    private readonly DetectionEvidence[] _evidence;
    private readonly int[] _images;
    private readonly int[] _categories;
    private readonly CocoDataset _dataset;

    private CocoEvaluation(CocoDataset dataset, MatchPlan plan, DetectionEvidence[] evidence, int[] images, int[] categories)
    {
        (_dataset, _plan, _evidence, _images, _categories) = (dataset, plan, evidence, images, categories);
        Summary = DetectionSummary.Prepare(plan, evidence);
    }

    /// <summary>The evidence made ready: for slices and bootstrap replicates.</summary>
    public DetectionSummary Summary { get; }

    /// <summary>One entry per image of <see cref="Images"/>.</summary>
    public ReadOnlySpan<DetectionEvidence> Evidence => _evidence;

    /// <summary>The evaluated images, by ascending id.</summary>
    public IReadOnlyList<CocoImage> Images => [.. _images.Select(i => _dataset.Images[i])];

    /// <summary>The evaluated categories, by ascending id: class index 0, 1, …</summary>
    public IReadOnlyList<CocoCategory> Categories => [.. _categories.Select(c => _dataset.Categories[c])];

    /// <summary>Classes of the numbers: as many as categories, or 1 when predictions may match any class.</summary>
    public int ClassCount => _plan.ClassCount;

    /// <summary>Compares the results with the truth.</summary>
    /// <param name="dataset">The truth.</param>
    /// <param name="results">The results, read for this dataset.</param>
    /// <param name="options">What is asked; <see langword="null"/> means the task's defaults.</param>
    /// <exception cref="CocoFormatException">A mask or keypoint record that cannot be read.</exception>
    public static CocoEvaluation Run(CocoDataset dataset, CocoResults results, CocoOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(results);
        options ??= CocoOptions.For(dataset.Task);
        int[] images = Choose(dataset.Images.Count, i => dataset.Images[i].Id, options.ImageIds, dataset.ImageIndex, isSorted: true);
        int[] categories = Choose(dataset.Categories.Count, i => dataset.Categories[i].Id, options.CategoryIds, dataset.CategoryIndex, !options.Detection.IsClassAgnostic || options.CategoryIds is null);
        var plan = new MatchPlan(options.Detection, categories.Length);
        var comparison = new CocoComparison(dataset, results, options, plan, images, categories);
        return new CocoEvaluation(dataset, plan, comparison.Run(), images, categories);
    }

    /// <summary>The same files as Pascal VOC evaluates them: a crowd is "difficult", boxes are continuous (add a pixel beforehand for VOC's own files).</summary>
    /// <param name="dataset">The truth.</param>
    /// <param name="results">The results, read for this dataset.</param>
    /// <param name="interpolation">11 points or all.</param>
    /// <param name="overlapThreshold">Least IoU of a match, inclusive.</param>
    /// <returns>One class per category by ascending id, as <see cref="Categories"/>.</returns>
    public static VocReport PascalVoc(CocoDataset dataset, CocoResults results, VocInterpolation interpolation, double overlapThreshold = 0.5)
    {
        (VocEvaluation voc, DetectionEvidence[] evidence) = ComparePascalVoc(dataset, results, interpolation, overlapThreshold, new CocoOptions());
        return voc.Summarize(evidence, []);
    }

    /// <summary>As <see cref="PascalVoc"/>, stopping at the evidence: for slices and bootstrap replicates.</summary>
    /// <inheritdoc cref="PascalVoc"/>
    /// <param name="dataset">The truth.</param>
    /// <param name="results">The results, read for this dataset.</param>
    /// <param name="interpolation">11 points or all.</param>
    /// <param name="overlapThreshold">Least IoU of a match, inclusive.</param>
    /// <param name="options">Which images and categories; nothing else of it is read.</param>
    /// <returns>The evaluation and one evidence per image by ascending id, as <see cref="Images"/>.</returns>
    public static (VocEvaluation Evaluation, DetectionEvidence[] Evidence) ComparePascalVoc(CocoDataset dataset, CocoResults results, VocInterpolation interpolation, double overlapThreshold, CocoOptions options)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(results);
        ArgumentNullException.ThrowIfNull(options);
        int[] images = Choose(dataset.Images.Count, i => dataset.Images[i].Id, options.ImageIds, dataset.ImageIndex, isSorted: true);
        int[] categories = Choose(dataset.Categories.Count, i => dataset.Categories[i].Id, options.CategoryIds, dataset.CategoryIndex, isSorted: true);
        var voc = new VocEvaluation(categories.Length, overlapThreshold, interpolation);
        return (voc, new CocoComparison(dataset, results, new CocoOptions { Mode = CocoMode.Corrected }, voc.Plan, images, categories).Run());
    }

    /// <summary>TIDE's error breakdown; needs evidence with pairs (<see cref="DetectionOptions.KeepsPairs"/>). Images come in the order of the file, as there.</summary>
    public ErrorBreakdown Errors(double overlapThreshold = 0.5, double backgroundThreshold = 0.1, int maxDetections = 100, ReadOnlySpan<double> weights = default)
    {
        int[] order = [.. Enumerable.Range(0, _images.Length)];
        Array.Sort([.. _images], order);
        double[] ordered = weights.IsEmpty ? [] : new double[order.Length];
        for (int i = 0; i < ordered.Length; i++)
        {
            ordered[i] = weights[order[i]];
        }

        return ErrorBreakdown.Of([.. order.Select(i => _evidence[i])], ordered, overlapThreshold, backgroundThreshold, maxDetections);
    }

    /// <summary>Which class is taken for which, with the background; needs evidence with pairs.</summary>
    public DetectionConfusion Confusion(double confidence, double overlapThreshold = 0.5, ReadOnlySpan<double> weights = default) =>
        DetectionConfusion.From(_evidence, weights, _plan.SourceClassCount, confidence, overlapThreshold);

    /// <summary>All numbers under the given weights, one per image of <see cref="Images"/>; empty means 1.</summary>
    public DetectionReport Summarize(ReadOnlySpan<double> weights) => Summary.Summarize(weights);

    /// <summary>The full arrays and pycocotools' numbers.</summary>
    public CocoArrays Accumulate()
    {
        double[] weights = Summary.Weights([]);
        DetectionAccumulation accumulation = Summary.Accumulate(weights, keepsConfidence: true);
        return new CocoArrays(accumulation, _dataset.Task, Summary.Report(accumulation, weights));
    }

    /// <summary>The numbers under the given weights, without the full arrays: for bootstrap replicates.</summary>
    /// <param name="weights">One finite weight of at least 0 per image of <see cref="Images"/>.</param>
    public CocoArrays Accumulate(ReadOnlySpan<double> weights)
    {
        double[] weightOf = Summary.Weights(weights);
        DetectionAccumulation accumulation = Summary.Accumulate(weightOf, keepsConfidence: false);
        return new CocoArrays(accumulation, _dataset.Task, Summary.Report(accumulation, weightOf));
    }

    /// <summary>LRP errors per class of one size; needs evidence with pairs (<see cref="DetectionOptions.KeepsPairs"/>).</summary>
    public IReadOnlyList<LocalizationRecallPrecision> LocalizationRecallPrecisions(int area = 0, ReadOnlySpan<double> weights = default) => LocalizationRecallPrecision.Of(_plan, _evidence, weights, area);

    private static int[] Choose(int count, Func<int, CocoId> idOf, IReadOnlyList<CocoId>? wanted, Func<CocoId, int> indexOf, bool isSorted)
    {
        int[] chosen = new int[count];
        for (int i = 0; i < count; i++)
        {
            chosen[i] = i;
        }

        chosen = wanted is null ? chosen : [.. wanted.Distinct().Select(indexOf).Where(i => i >= 0)];
        if (isSorted)
        {
            // No two have the same id, so that any sort gives the same order.
            Array.Sort(chosen, (a, b) => idOf(a).CompareTo(idOf(b)));
        }

        return chosen;
    }
}
