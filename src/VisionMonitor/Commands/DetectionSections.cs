using System.CommandLine;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Detection.Coco;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Commands;

/// <summary>What `eval detection` tells beside COCO's numbers, each section only when asked for.</summary>
internal sealed class DetectionSections
{
    private readonly Option<string?> _voc = new("--voc") { Description = "Also Pascal VOC's AP: 11-point or all-point. Boxes are taken as they are: for VOC's own files add the inclusive pixel first.", HelpName = "RULE" };
    private readonly Option<bool> _errors = new("--errors") { Description = "Also TIDE's error breakdown (class, localization, both, duplicate, background, missed) and LRP." };
    private readonly Option<bool> _confusion = new("--confusion") { Description = "Also the confusion matrix with the background, and precision, recall and F1 at --confidence." };
    private readonly Option<double> _confidence = new("--confidence") { Description = "Least confidence of a prediction in the confusion matrix.", DefaultValueFactory = _ => 0.5, HelpName = "C" };
    private readonly Option<double> _match = new("--match-iou") { Description = "Least IoU of a match for --voc, --errors and --confusion.", DefaultValueFactory = _ => 0.5, HelpName = "T" };
    private readonly Option<bool> _curves = new("--curves") { Description = "Also each class's precision, recall and F1 over the confidence, at --match-iou, at most 200 points." };
    private readonly Option<bool> _federated = new("--federated") { Description = "Also as LVIS: 300 predictions an image; neg_category_ids and not_exhaustive_category_ids of the images are heeded." };

    public DetectionSections() => _voc.AcceptOnlyFromAmong("11-point", "all-point");

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_voc, _errors, _confusion, _confidence, _match, _curves, _federated])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Whether the overlaps across classes must be kept.</summary>
    public bool NeedsPairs(ParseResult parsed) => parsed.GetValue(_errors) || parsed.GetValue(_confusion);

    /// <summary>The sections that were asked for, with intervals where a bootstrap was; the replicates are those of the headline numbers.</summary>
    public EvalNumbers Measure(ParseResult parsed, CocoDataset dataset, CocoResults results, CocoOptions options, CocoEvaluation evaluation, int replicates, ulong seed)
    {
        List<Action<EvalNumbers, double[]>> asked = [.. Asked(parsed, dataset, results, options, evaluation)];
        EvalNumbers all = Under([]);
        if (replicates > 0 && all.StatisticCount > 0)
        {
            double[] ones = new double[evaluation.Evidence.Length];
            Array.Fill(ones, 1);
            all.SetIntervals(Bootstrap.Percentile(ones, replicates, seed, all.StatisticCount, (weights, into) => Under(weights.ToArray()).CopyStatistics(into), degreeOfParallelism: options.Parallelism));
        }

        return all;

        EvalNumbers Under(double[] weights)
        {
            EvalNumbers numbers = new();
            foreach (Action<EvalNumbers, double[]> section in asked)
            {
                section(numbers, weights);
            }

            return numbers;
        }
    }

    /// <summary>What is compared is compared once; weights only change what is summed.</summary>
    private IEnumerable<Action<EvalNumbers, double[]>> Asked(ParseResult parsed, CocoDataset dataset, CocoResults results, CocoOptions options, CocoEvaluation evaluation)
    {
        double match = parsed.GetValue(_match), confidence = parsed.GetValue(_confidence);
        if (parsed.GetValue(_voc) is { } rule)
        {
            (VocEvaluation voc, DetectionEvidence[] evidence) = CocoEvaluation.ComparePascalVoc(dataset, results, rule == "11-point" ? VocInterpolation.ElevenPoints : VocInterpolation.AllPoints, match, options);
            yield return (numbers, weights) => Voc(numbers, evaluation, voc.Summarize(evidence, weights), rule);
        }

        if (parsed.GetValue(_errors))
        {
            yield return (numbers, weights) => Errors(numbers, evaluation, match, weights);
        }

        if (parsed.GetValue(_confusion))
        {
            yield return (numbers, weights) => Confusion(numbers, evaluation, confidence, match, weights);
        }

        if (parsed.GetValue(_curves))
        {
            yield return (numbers, weights) => Curves(numbers, evaluation, match, weights);
        }

        if (parsed.GetValue(_federated))
        {
            var federated = CocoEvaluation.Run(dataset, results, options with { IsFederated = true, Detection = options.Detection with { MaxDetections = [300], KeepsPairs = false } });
            yield return (numbers, weights) => Federated(numbers, federated, weights);
        }
    }

    private static void Voc(EvalNumbers numbers, CocoEvaluation evaluation, VocReport report, string rule)
    {
        numbers.Fact("voc.rule", rule);
        numbers.Statistic("voc.map", report.MeanAveragePrecision);
        foreach (VocClassReport one in report.PerClass)
        {
            string path = $"voc.perClass[{one.ClassIndex}].";
            numbers.Fact(path + "categoryId", evaluation.Categories[one.ClassIndex].Id.ToString());
            numbers.Statistic(path + "ap", one.AveragePrecision);
            numbers.Fact(path + "tp", one.TruePositives);
            numbers.Fact(path + "fp", one.FalsePositives);
            numbers.Fact(path + "truthCount", one.TruthCount);
        }
    }

    private static void Errors(EvalNumbers numbers, CocoEvaluation evaluation, double match, double[] weights)
    {
        ErrorBreakdown errors = evaluation.Errors(match, weights: weights);
        numbers.Statistic("tide.ap", errors.AveragePrecision);
        foreach (DetectionError error in Enum.GetValues<DetectionError>())
        {
            string name = char.ToLowerInvariant(error.ToString()[0]) + error.ToString()[1..];
            numbers.Fact($"tide.counts.{name}", errors.Counts.GetValueOrDefault(error));
            numbers.Statistic($"tide.gains.{name}", errors.Gains.GetValueOrDefault(error));
        }

        numbers.Statistic("tide.gains.falsePositives", errors.FalsePositiveGain);
        numbers.Statistic("tide.gains.falseNegatives", errors.FalseNegativeGain);
        IReadOnlyList<LocalizationRecallPrecision> all = evaluation.LocalizationRecallPrecisions(0, weights);
        numbers.Statistic("lrp.optimal", Mean(all.Select(one => one.Optimal)));
        numbers.Statistic("lrp.localization", Mean(all.Select(one => one.Localization)));
        numbers.Statistic("lrp.falsePositives", Mean(all.Select(one => one.FalsePositives)));
        numbers.Statistic("lrp.falseNegatives", Mean(all.Select(one => one.FalseNegatives)));
        foreach (LocalizationRecallPrecision one in all.Take(evaluation.Categories.Count))
        {
            string path = $"lrp.perClass[{one.ClassIndex}].";
            numbers.Fact(path + "categoryId", evaluation.Categories[one.ClassIndex].Id.ToString());
            numbers.Statistic(path + "optimal", one.Optimal);
            numbers.Statistic(path + "localization", one.Localization);
            numbers.Statistic(path + "falsePositives", one.FalsePositives);
            numbers.Statistic(path + "falseNegatives", one.FalseNegatives);
            numbers.Statistic(path + "confidence", one.Confidence);
        }
    }

    private static void Confusion(EvalNumbers numbers, CocoEvaluation evaluation, double confidence, double match, double[] weights)
    {
        DetectionConfusion matrix = evaluation.Confusion(confidence, match, weights);
        numbers.Fact("confusion.confidence", confidence);
        numbers.Fact("confusion.matchIou", match);
        string Name(int index) => index < evaluation.Categories.Count ? evaluation.Categories[index].Id.ToString() : "background";
        int cells = 0;
        double[] rows = new double[matrix.ClassCount + 1], columns = new double[matrix.ClassCount + 1];
        for (int t = 0; t <= matrix.ClassCount; t++)
        {
            for (int p = 0; p <= matrix.ClassCount; p++)
            {
                rows[t] += matrix[t, p];
                columns[p] += matrix[t, p];
                if (matrix[t, p] > 0)
                {
                    numbers.Fact($"confusion.cells[{cells}].truth", Name(t));
                    numbers.Fact($"confusion.cells[{cells}].predicted", Name(p));
                    numbers.Fact($"confusion.cells[{cells++}].count", matrix[t, p]);
                }
            }
        }

        for (int c = 0; c < evaluation.Categories.Count; c++)
        {
            string path = $"confusion.perClass[{c}].";
            double right = matrix[c, c];
            numbers.Fact(path + "categoryId", Name(c));
            numbers.Statistic(path + "precision", columns[c] > 0 ? right / columns[c] : null);
            numbers.Statistic(path + "recall", rows[c] > 0 ? right / rows[c] : null);
            numbers.Statistic(path + "f1", rows[c] + columns[c] > 0 ? 2 * right / (rows[c] + columns[c]) : null);
        }
    }

    private static void Curves(EvalNumbers numbers, CocoEvaluation evaluation, double match, double[] weights)
    {
        for (int c = 0; c < evaluation.ClassCount; c++)
        {
            DetectionCurve curve = evaluation.Summary.Curve(c, weights, match, 200);
            numbers.Fact($"curves[{c}].class", c < evaluation.Categories.Count ? evaluation.Categories[c].Id.ToString() : "all");
            for (int i = 0; i < curve.Confidences.Count; i++)
            {
                string path = $"curves[{c}].points[{i}].";
                numbers.Fact(path + "confidence", curve.Confidences[i]);
                numbers.Fact(path + "precision", curve.Precisions[i]);
                numbers.Fact(path + "recall", curve.Recalls[i]);
                numbers.Fact(path + "f1", curve.F1s[i]);
            }
        }
    }

    private static void Federated(EvalNumbers numbers, CocoEvaluation evaluation, double[] weights)
    {
        DetectionReport report = evaluation.Summarize(weights);
        foreach ((string name, double? value) in new[]
        {
            ("ap", report.AveragePrecision), ("ap50", report.AveragePrecision50), ("ap75", report.AveragePrecision75), ("apSmall", report.AveragePrecisionSmall),
            ("apMedium", report.AveragePrecisionMedium), ("apLarge", report.AveragePrecisionLarge), ("ar300", report.AverageRecall100),
        })
        {
            numbers.Statistic("federated." + name, value);
        }

        foreach ((string name, string frequency) in new[] { ("apRare", "r"), ("apCommon", "c"), ("apFrequent", "f") })
        {
            numbers.Statistic("federated." + name, FederatedEvaluation.AveragePrecision(report, Enumerable.Range(0, Math.Min(report.PerClass.Count, evaluation.Categories.Count)).Where(c => evaluation.Categories[c].Frequency == frequency)));
        }
    }

    private static double? Mean(IEnumerable<double?> values) => values.OfType<double>().ToList() is { Count: > 0 } defined ? defined.Average() : null;
}
