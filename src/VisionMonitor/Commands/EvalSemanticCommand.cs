using System.CommandLine;
using VisionMonitor.Hosting;
using VisionMonitor.Metrics.Segmentation;

namespace VisionMonitor.Commands;

/// <summary>Semantic segmentation from two folders of label maps, equal to mmsegmentation.</summary>
internal static class EvalSemanticCommand
{
    public static Command Create()
    {
        Option<DirectoryInfo> truth = new("--truth") { Description = "Folder of label maps, PNG with one channel.", HelpName = "DIR", Required = true };
        Option<DirectoryInfo> predicted = new("--predicted") { Description = "Folder of predicted label maps with the same names.", HelpName = "DIR", Required = true };
        Option<int> classes = EvalOptions.AtLeast(1, new Option<int>("--classes") { Description = "How many classes; labels count from 0.", HelpName = "N", Required = true });
        Option<int> ignore = new("--ignore") { Description = "Truth label that is left out; -1 leaves none out.", DefaultValueFactory = _ => 255, HelpName = "LABEL" };
        Option<bool> reduce = new("--reduce-zero-label") { Description = "ADE20K's truth: 0 is left out, x becomes x − 1. Predictions are not shifted." };
        Option<double?> boundary = new("--boundary") { Description = "Also boundary IoU, with this width as a share of the diagonal; the paper's is 0.02.", HelpName = "RATIO" };
        Option<AbsentClasses> absent = new("--absent") { Description = "How a class whose number is 0/0 counts in the means: skip (mmsegmentation), zero or one. Its own number stays undefined.", DefaultValueFactory = _ => AbsentClasses.Skip, HelpName = "skip|zero|one" };
        EvalPrint print = new();
        Command command = new("semantic", "mIoU, accuracy, precision and Dice of label maps, pooled over all pixels.");
        foreach (Option option in (Option[])[truth, predicted, classes, ignore, reduce, boundary, absent])
        {
            command.Options.Add(option);
        }

        print.AddTo(command);
        command.SetAction(parsed =>
        {
            MapPairs pairs = MapPairs.In(parsed.GetRequiredValue(truth), parsed.GetRequiredValue(predicted));
            SemanticEvaluation evaluation = Evaluation(parsed.GetValue(classes), new SemanticOptions
            {
                IgnoreLabel = parsed.GetValue(ignore),
                ReduceZeroLabel = parsed.GetValue(reduce),
                BoundaryRatio = parsed.GetValue(boundary),
                AbsentClasses = parsed.GetValue(absent),
            });
            SemanticEvidence[] evidence = print.Compare(parsed, pairs.Files.Count, i =>
            {
                (string truthFile, string predictedFile) = pairs.Files[i];
                using PngLabels one = EvalFiles.Png(truthFile), other = EvalFiles.Png(predictedFile);
                LabelMap map = EvalFiles.Read(truthFile, _ => one.ToLabelMap());
                return EvalFiles.Read(predictedFile, _ => evaluation.Compare(map, other.ToLabelMap()));
            });
            return print.Print(parsed, evidence.Length, weights => Numbers(evaluation.Summarize(evidence, weights.Span), evaluation.Options.BoundaryRatio is not null));
        });
        return command;
    }

    private static SemanticEvaluation Evaluation(int classes, SemanticOptions options)
    {
        try
        {
            return new SemanticEvaluation(classes, options);
        }
        catch (ArgumentException error)
        {
            throw new StartException(EvalFiles.Sentence(error));
        }
    }

    private static EvalNumbers Numbers(SemanticReport report, bool hasBoundary)
    {
        EvalNumbers numbers = new();
        numbers.Fact("images", report.ImageCount);
        numbers.Statistic("mIoU", report.MeanIntersectionOverUnion);
        numbers.Statistic("mAcc", report.MeanAccuracy);
        numbers.Statistic("aAcc", report.PixelAccuracy);
        numbers.Statistic("fwIoU", report.FrequencyWeightedIntersectionOverUnion);
        numbers.Statistic("mPrecision", report.MeanPrecision);
        numbers.Statistic("mDice", report.MeanDice);
        numbers.Statistic("mIoUImageMean", report.ImageMeanIntersectionOverUnion);
        if (hasBoundary)
        {
            numbers.Statistic("mBoundaryIoU", report.MeanBoundaryIntersectionOverUnion);
        }

        numbers.Fact("mIoUClasses", report.MeanClassCount);
        numbers.Fact("validPixels", report.ValidPixels);
        numbers.Fact("truthOutOfRangePixels", report.TruthOutOfRangePixels);
        numbers.Fact("predictedOutOfRangePixels", report.PredictedOutOfRangePixels);
        foreach (SemanticClassReport one in report.PerClass)
        {
            string path = $"perClass[{one.ClassIndex}].";
            numbers.Fact(path + "index", one.ClassIndex);
            numbers.Statistic(path + "iou", one.IntersectionOverUnion);
            numbers.Statistic(path + "accuracy", one.Accuracy);
            numbers.Statistic(path + "precision", one.Precision);
            numbers.Statistic(path + "dice", one.Dice);
            if (hasBoundary)
            {
                numbers.Statistic(path + "boundaryIoU", one.BoundaryIntersectionOverUnion);
            }
        }

        return numbers;
    }
}
