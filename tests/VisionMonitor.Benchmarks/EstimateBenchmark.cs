using System.Globalization;
using VisionMonitor.Demo.Story;
using VisionMonitor.Demo.ToyWorld;
using VisionMonitor.Monitoring.DriftDetection;
using VisionMonitor.Monitoring.Estimation;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Rescoring;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Benchmarks;

/// <summary>
/// How often the interval of an estimate without labels holds what the labels say: windows of the toy world that are like the reference, none of them in another.
/// With the word <c>varied</c> all scenes, the reference's too, are spoiled by grease, defocus, noise, light and compression in all strengths; with <c>shifted</c> the windows'
/// alone. A window is trusted where neither its confidences nor drift speak against it. In windows of 30 images and more a third is labelled, and what is estimated with these labels is held against the whole.
/// </summary>
internal static class EstimateBenchmark
{
    public static void Run(string[] args)
    {
        (bool isVaried, bool isShifted) = (args.Contains("varied"), args.Contains("shifted"));
        args = [.. args.Where(word => word is not ("varied" or "shifted"))];
        string folder = args[0];
        int[] sizes = [.. args[1..4].Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
        (int reference, int window, int windows) = (sizes[0], sizes[1], sizes[2]);
        ulong seed = ulong.Parse(args[4], CultureInfo.InvariantCulture);
        Console.WriteLine("model                 metric                      windows  held  trusted  held  measured  estimate − measured  mean error  mean width");
        Dictionary<string, Look[]> looked = [];
        foreach (string model in args[5..])
        {
            ModelContract contract = ModelContract.Read(Path.Combine(folder, model + ".json"));
            using ModelSession session = ModelSession.Open(Path.Combine(folder, model + ".onnx"), contract, new SessionOptions { Threads = 1 });
            looked[model] = [.. Enumerable.Range(0, reference + (window * windows)).Select(index => Answer(session, contract, seed, index, isVaried || (isShifted && index >= reference)))];
        }

        Dictionary<string, LabelledAnswer[]> answers = looked.ToDictionary(pair => pair.Key, pair => Array.ConvertAll(pair.Value, one => one.First));
        ModelVersion version = new() { Id = 1, Name = "", Sha256 = "0", Contract = "{}" };
        foreach (string model in args[5..])
        {
            ModelContract contract = ModelContract.Read(Path.Combine(folder, model + ".json"));
            ITaskEvaluation evaluation = TaskEvaluations.Find(contract.Task)!;
            TaskSetup setup = Setup(contract);
            LabelledAnswer[] all = answers[model];

            // Another version of the same model that was asked for, too.
            LabelledAnswer[]? others = answers.FirstOrDefault(pair => pair.Key != model && pair.Key[..^1] == model[..^1]).Value;
            VersionAgreement? agreement = others is null ? null : VersionAgreement.Learn(evaluation, setup, [.. all[..reference].Zip(others, (one, other) => (one, other.Predicted))], "the other version's answers");
            VersionAgreement? itself = VersionAgreement.Learn(evaluation, setup, [.. looked[model][..reference].Select(one => (one.First, one.Second))], "its second look");
            ILearntQuality learnt = QualityEstimators.Find(contract.Task)!.Learn(all[..reference], setup)!;
            SketchedBaseline baseline = new("", version, contract.Classes.Count, [.. looked[model][..reference].Where(one => one.Sketched is not null).Select(one => new BaselineImage("", default, one.Sketched!.Value))]);
            DriftCalibrations calibrations = new();
            List<(string Method, EstimatedQuality Estimate, double Measured, bool IsTrusted)> pairs = [];
            for (int number = 0; number < windows; number++)
            {
                LabelledAnswer[] own = all[(reference + (number * window))..(reference + ((number + 1) * window))];
                IEvidenceSet set = Evidence(own);
                double[] values = new double[set.Statistics.Count];
                set.Summarize([], values);
                Dictionary<string, double> measured = set.Statistics.Index().Where(pair => pair.Item.ClassIndex == RunMetric.AllClasses).ToDictionary(pair => pair.Item.Metric, pair => values[pair.Index]);
                Prediction[] said = [.. own.Select(one => one.Predicted)];
                int start = reference + (number * window);
                IReadOnlyList<DriftSketchRow> sketches = ShardSketches.Of(version, looked[model][start..(start + window)].Where(one => one.Sketched is not null).Select(one => (new Image { ClientId = "", Sha256 = "" }, one.Sketched!.Value)));
                string? drift = QualityEstimators.Doubt([WindowCheck.Judge(sketches, baseline, TimeSpan.FromDays(1), "", new DriftBudget(90, 1, 1), calibrations)]);
                Add("", learnt.Estimate(said));
                if (itself is not null)
                {
                    Add(" second look", itself.Estimate([.. looked[model][start..(start + window)].Select(one => (one.First.Predicted, one.Second))]));
                }

                if (agreement is not null)
                {
                    Add(" agreement", agreement.Estimate([.. said.Zip(others![start..(start + window)], (one, other) => (one, other.Predicted))]));
                }

                int labels = window / 3;
                Add($" {labels} labels", PoweredQuality.Of(learnt, said, said[..labels], Evidence(own[..labels]), [.. Enumerable.Repeat(1.0, labels)]));

                void Add(string method, IReadOnlyList<EstimatedQuality> estimates) =>
                    pairs.AddRange(estimates.Where(estimate => double.IsFinite(measured[estimate.Metric])).Select(estimate => (method, estimate, measured[estimate.Metric], estimate.Distrust is null && (drift is null || method.EndsWith("labels", StringComparison.Ordinal)))));
            }

            IEvidenceSet Evidence(LabelledAnswer[] own) => evaluation.Prepare([.. own.Select(one => evaluation.Compare(one.Truth, one.Predicted, setup).Content)], setup);

            foreach (IGrouping<string, (string Method, EstimatedQuality Estimate, double Measured, bool IsTrusted)> metric in pairs.GroupBy(pair => pair.Estimate.Metric + pair.Method))
            {
                var held = metric.Where(pair => pair.Measured >= pair.Estimate.Low && pair.Measured <= pair.Estimate.High).ToArray();
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{model,-21} {metric.Key,-27} {metric.Count(),7} {held.Length,5} {metric.Count(pair => pair.IsTrusted),8} {held.Count(pair => pair.IsTrusted),5} {100 * metric.Average(pair => pair.Measured),9:0.0} {100 * metric.Average(pair => pair.Estimate.Value - pair.Measured),20:0.0} {100 * metric.Average(pair => Math.Abs(pair.Estimate.Value - pair.Measured)),11:0.0} {100 * metric.Average(pair => pair.Estimate.High - pair.Estimate.Low),11:0.0}"));
            }
        }
    }

    private static TaskSetup Setup(ModelContract contract) =>
        new(contract.Classes.Count, 0.25) { StuffIndices = [.. (contract.StuffClasses ?? []).Select(name => contract.Classes.ToList().IndexOf(name))] };

    private static Look Answer(ModelSession session, ModelContract contract, ulong seed, int index, bool isVaried)
    {
        Scene scene = DemoWorld.SeenBy(contract.Task, ToyWorldCamera.Draw(TrainingExport.Options(seed, index, isVaried)));
        using DecodedImage image = ImageDecoder.Decode(scene.Jpeg, ImageLimits.Default);
        using DecodedImage changed = TestTimeAugmentation.Apply(image, FormattableString.Invariant($"{index:x16}"));
        ImageProperties properties = ImageProperties.Measure(image);
        Image row = new() { ClientId = "", Sha256 = "", Brightness = properties.Brightness, Contrast = properties.Contrast, Sharpness = properties.Sharpness, Saturation = properties.Saturation };
        ScoredImage scored = session.Score(image);
        return new Look(
            new LabelledAnswer(Truth.FromJson(DemoWorld.TruthOf(scene, contract.Task)), scored.Prediction),
            session.Score(changed).Prediction,
            SketchedImage.Of(row, scored.Prediction, scored.Embedding is { } embedding ? EmbeddingSet.ToBytes(embedding) : null));
    }

    private sealed record Look(LabelledAnswer First, Prediction Second, SketchedImage? Sketched);
}
