using System.CommandLine;
using System.Globalization;
using VisionMonitor.Hosting;
using VisionMonitor.Metrics.Classification;
using VisionMonitor.Metrics.NumPy;

namespace VisionMonitor.Commands;

/// <summary>Single-label classification from NumPy arrays, equal to scikit-learn.</summary>
internal static class EvalClassificationCommand
{
    public static Command Create()
    {
        Option<FileInfo?> logits = new("--logits") { Description = "Images × classes, .npy, before softmax.", HelpName = "X.npy" };
        Option<FileInfo?> probabilities = new("--probabilities") { Description = "Images × classes, .npy, 0 to 1; one column less dimension means two classes.", HelpName = "X.npy" };
        Option<FileInfo> truth = EvalOptions.File("--truth", "Class index of each image, .npy.");
        Option<int> topK = EvalOptions.AtLeast(1, new Option<int>("--top-k") { Description = "Also the share of images with the right class among the first K.", DefaultValueFactory = _ => 5, HelpName = "K" });
        Option<int> bins = EvalOptions.AtLeast(1, new Option<int>("--bins") { Description = "Bins of the calibration errors.", DefaultValueFactory = _ => 15, HelpName = "N" });
        Option<UndefinedClasses> undefined = new("--undefined") { Description = "A class whose number is 0/0: zero (scikit-learn with all labels), zero-where-present, or skip (null, left out of means).", DefaultValueFactory = _ => UndefinedClasses.Zero, CustomParser = ParseUndefined, HelpName = "zero|zero-where-present|skip" };
        Option<bool> multiLabel = new("--multi-label") { Description = "Any number of labels per image: --truth is images × labels of 0 and 1; a logit counts as its sigmoid." };
        Option<double> threshold = new("--threshold") { Description = "With --multi-label: a label is predicted from this probability on.", DefaultValueFactory = _ => 0.5, HelpName = "P" };
        EvalPrint print = new();
        Command command = new("classification", "Accuracy, precision, recall, F1, calibration and ranking of class scores in .npy files.");
        foreach (Option option in (Option[])[logits, probabilities, truth, topK, bins, undefined, multiLabel, threshold])
        {
            command.Options.Add(option);
        }

        print.AddTo(command);
        command.SetAction(parsed =>
        {
            (FileInfo? scores, bool areLogits) = (parsed.GetValue(logits), parsed.GetValue(probabilities)) switch
            {
                ({ } file, null) => (file, true),
                (null, { } file) => (file, false),
                _ => throw new StartException("give either --logits or --probabilities"),
            };
            FileInfo truthFile = parsed.GetRequiredValue(truth);
            if (parsed.GetValue(multiLabel))
            {
                return EvalMultiLabel.Run(parsed, print, scores, areLogits, truthFile, parsed.GetValue(threshold));
            }

            (double[] values, int classCount) = Scores(scores, areLogits);
            long[] labels = EvalFiles.Read(truthFile.FullName, _ => EvalFiles.Npy(truthFile).ToIntegers());
            if (labels.Length != values.Length / classCount)
            {
                throw new StartException($"{truthFile.FullName} has {labels.Length} labels, {scores.FullName} has {values.Length / classCount} rows");
            }

            var evaluation = new ClassificationEvaluation(classCount, keepProbabilities: true, parsed.GetValue(bins));
            ClassificationEvidence[] evidence = print.Compare(parsed, labels.Length, row => Compare(evaluation, values, labels, row, areLogits, scores, truthFile));
            ClassRanking? ranking = evidence.Length > 0 ? new ClassRanking(evidence) : null;
            int k = parsed.GetValue(topK);
            UndefinedClasses policy = parsed.GetValue(undefined);
            return print.Print(parsed, evidence.Length, weights => Numbers(evaluation.Summarize(evidence, weights.Span, ranking), k, policy));
        });
        return command;
    }

    private static UndefinedClasses ParseUndefined(System.CommandLine.Parsing.ArgumentResult result)
    {
        string text = result.Tokens[0].Value.Replace("-", "", StringComparison.Ordinal);
        if (!Enum.TryParse(text, ignoreCase: true, out UndefinedClasses policy) || char.IsAsciiDigit(text[0]))
        {
            result.AddError("--undefined is zero, zero-where-present or skip.");
        }

        return policy;
    }

    private static (double[] Values, int ClassCount) Scores(FileInfo file, bool areLogits) => EvalFiles.Read(file.FullName, _ =>
    {
        NpyFile array = EvalFiles.Npy(file);
        double[] values = array.ToDoubles();
        if (array.Shape.Count == 2 && array.Shape[1] > 0)
        {
            return (values, array.Shape[1]);
        }

        if (array.Shape.Count == 1 && !areLogits)
        {
            return ([.. values.SelectMany(p => (double[])[1 - p, p])], 2);
        }

        throw new InvalidDataException($"its shape is ({string.Join(", ", array.Shape)}); images × classes is needed");
    });

    private static ClassificationEvidence Compare(ClassificationEvaluation evaluation, double[] values, long[] labels, int row, bool areLogits, FileInfo scores, FileInfo truth)
    {
        if (labels[row] < 0 || labels[row] >= evaluation.ClassCount)
        {
            throw new StartException($"{truth.FullName}: label {row} is {labels[row].ToString(CultureInfo.InvariantCulture)}; there are {evaluation.ClassCount} classes, counted from 0");
        }

        ReadOnlySpan<double> one = values.AsSpan(row * evaluation.ClassCount, evaluation.ClassCount);
        try
        {
            return areLogits ? evaluation.CompareLogits((int)labels[row], one) : evaluation.Compare((int)labels[row], one);
        }
        catch (ArgumentException error)
        {
            throw new StartException($"{scores.FullName}: row {row}: {EvalFiles.Sentence(error)}");
        }
    }

    private static EvalNumbers Numbers(ClassificationReport report, int topK, UndefinedClasses undefined)
    {
        EvalNumbers numbers = new();
        numbers.Fact("n", report.ImageCount);
        numbers.Statistic("accuracy", report.Accuracy);
        foreach (int k in new SortedSet<int> { 1, topK })
        {
            numbers.Statistic($"topK.{k}", report.TopK(k));
        }

        Averages("macro", report.MacroWith(undefined));
        Averages("macroPresentOnly", report.MacroWith(UndefinedClasses.ZeroWherePresent));
        Averages("micro", report.Micro);
        Averages("weighted", report.Weighted);
        numbers.Statistic("balancedAccuracy", report.BalancedAccuracy);
        numbers.Statistic("mcc", report.MatthewsCorrelation);
        numbers.Statistic("kappa", report.Kappa);
        numbers.Statistic("logLoss", report.LogLoss);
        numbers.Statistic("brier", report.Brier);
        numbers.Statistic("rocAucMacro", report.RocAucMacro);
        numbers.Statistic("averagePrecisionMacro", report.AveragePrecisionMacro);
        Calibration("rightClosed", report.CalibrationRightClosed);
        Calibration("leftClosed", report.CalibrationLeftClosed);
        Calibration("equalMass", report.CalibrationEqualMass);
        numbers.Statistic("ece.classwise", report.ClasswiseCalibrationError);
        foreach ((CalibrationBin bin, int i) in report.CalibrationRightClosed.Bins.Select((bin, i) => (bin, i)))
        {
            numbers.Fact($"reliability[{i}].weight", bin.Weight);
            numbers.Statistic($"reliability[{i}].confidence", bin.Confidence);
            numbers.Statistic($"reliability[{i}].accuracy", bin.Accuracy);
        }

        numbers.Fact("accuracyWilson.low", report.AccuracyInterval?.Low);
        numbers.Fact("accuracyWilson.high", report.AccuracyInterval?.High);
        foreach (ClassReport one in report.PerClass)
        {
            string path = $"perClass[{one.ClassIndex}].";
            numbers.Fact(path + "index", one.ClassIndex);
            numbers.Statistic(path + "precision", Defined(one.Precision, one));
            numbers.Statistic(path + "recall", Defined(one.Recall, one));
            numbers.Statistic(path + "f1", Defined(one.F1, one));
            numbers.Fact(path + "support", one.Support);
            numbers.Statistic(path + "rocAuc", one.RocAuc);
            numbers.Statistic(path + "averagePrecision", one.AveragePrecision);
        }

        return numbers;

        void Averages(string name, PrecisionRecallF1 averages)
        {
            numbers.Statistic(name + ".precision", averages.Precision);
            numbers.Statistic(name + ".recall", averages.Recall);
            numbers.Statistic(name + ".f1", averages.F1);
        }

        void Calibration(string name, CalibrationReport calibration)
        {
            numbers.Statistic("ece." + name, calibration.ExpectedError);
            numbers.Statistic("mce." + name, calibration.MaximumError);
        }

        double? Defined(double? value, ClassReport one) => value ?? (undefined == UndefinedClasses.Zero || (undefined == UndefinedClasses.ZeroWherePresent && one.IsPresent) ? 0 : null);
    }
}
