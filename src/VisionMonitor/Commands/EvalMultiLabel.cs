using System.CommandLine;
using VisionMonitor.Hosting;
using VisionMonitor.Metrics.Classification;
using VisionMonitor.Metrics.NumPy;

namespace VisionMonitor.Commands;

/// <summary>`eval classification --multi-label`: any number of labels per image, equal to scikit-learn.</summary>
internal static class EvalMultiLabel
{
    public static int Run(ParseResult parsed, EvalPrint print, FileInfo scores, bool areLogits, FileInfo truth, double threshold)
    {
        NpyFile scoreArray = Table(scores), truthArray = Table(truth);
        if (!scoreArray.Shape.SequenceEqual(truthArray.Shape))
        {
            throw new StartException($"{truth.FullName} has the shape ({string.Join(", ", truthArray.Shape)}), {scores.FullName} has ({string.Join(", ", scoreArray.Shape)})");
        }

        int labels = scoreArray.Shape[1];
        double[] values = EvalFiles.Read(scores.FullName, _ => scoreArray.ToDoubles());
        long[] marks = EvalFiles.Read(truth.FullName, _ => truthArray.ToIntegers());
        int wrong = Array.FindIndex(marks, mark => mark is not (0 or 1));
        if (wrong >= 0)
        {
            throw new StartException($"{truth.FullName}: row {wrong / labels}, label {wrong % labels} is {marks[wrong]}, not 0 or 1");
        }

        var evaluation = new MultiLabelEvaluation(labels, threshold);
        MultiLabelEvidence[] evidence = print.Compare(parsed, scoreArray.Shape[0], row =>
        {
            double[] one = values[(row * labels)..((row + 1) * labels)];
            if (Array.Exists(one, v => !double.IsFinite(v) || (!areLogits && v is < 0 or > 1)))
            {
                throw new StartException($"{scores.FullName}: row {row} holds {(areLogits ? "a logit that is not finite" : "a probability that is not between 0 and 1")}");
            }

            return evaluation.Compare(Array.ConvertAll(marks[(row * labels)..((row + 1) * labels)], mark => mark == 1), areLogits ? Array.ConvertAll(one, v => 1 / (1 + Math.Exp(-v))) : one);
        });
        return print.Print(parsed, evidence.Length, weights => Numbers(evaluation.Summarize(evidence, weights.Span)));
    }

    private static NpyFile Table(FileInfo file)
    {
        NpyFile array = EvalFiles.Npy(file);
        return array.Shape.Count == 2 && array.Shape[1] > 0 ? array : throw new StartException($"{file.FullName}: its shape is ({string.Join(", ", array.Shape)}); images × labels is needed");
    }

    private static EvalNumbers Numbers(MultiLabelReport report)
    {
        EvalNumbers numbers = new();
        numbers.Fact("n", report.ImageCount);
        foreach ((string name, double? value) in new[]
        {
            ("mAP.macro", report.AveragePrecisionMacro), ("mAP.macroAbsentAsZero", report.AveragePrecisionAbsentAsZero), ("mAP.micro", report.AveragePrecisionMicro),
            ("mAP.weighted", report.AveragePrecisionWeighted), ("mAP.samples", report.AveragePrecisionSamples), ("rocAucMacro", report.RocAucMacro),
            ("hammingLoss", report.HammingLoss), ("subsetAccuracy", report.SubsetAccuracy), ("labelRankingAveragePrecision", report.LabelRankingAveragePrecision),
        })
        {
            numbers.Statistic(name, value);
        }

        foreach ((string name, PrecisionRecallF1 mean) in new[] { ("macro", report.Macro), ("micro", report.Micro), ("weighted", report.Weighted), ("samples", report.Samples) })
        {
            numbers.Statistic(name + ".precision", mean.Precision);
            numbers.Statistic(name + ".recall", mean.Recall);
            numbers.Statistic(name + ".f1", mean.F1);
        }

        foreach (MultiLabelClassReport one in report.PerLabel)
        {
            string path = $"perClass[{one.LabelIndex}].";
            numbers.Fact(path + "index", one.LabelIndex);
            numbers.Statistic(path + "precision", one.AtThreshold.Precision);
            numbers.Statistic(path + "recall", one.AtThreshold.Recall);
            numbers.Statistic(path + "f1", one.AtThreshold.F1);
            numbers.Fact(path + "support", one.Support);
            numbers.Statistic(path + "rocAuc", one.RocAuc);
            numbers.Statistic(path + "averagePrecision", one.AveragePrecision);
        }

        return numbers;
    }
}
