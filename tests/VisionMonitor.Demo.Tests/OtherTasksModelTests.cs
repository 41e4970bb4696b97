using System.Collections.Concurrent;
using System.Globalization;
using VisionMonitor.Demo.Story;
using VisionMonitor.Demo.ToyWorld;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Demo.Tests;

/// <summary>The models of the other tasks do what their cards say on scenes that nobody has seen, judged by the evaluation that their project uses.</summary>
public sealed class OtherTasksModelTests
{
    private const int SceneCount = 50;
    private const ulong FreshSeed = 424242;
    private static readonly ConcurrentDictionary<(string Model, string Metric, double Smear), double> Measured = new();

    /// <summary>Model, its metric here, the card's name for it, and how far 50 scenes may lie from the card's hundreds.</summary>
    public static TheoryData<string, string, string, double> Models => new()
    {
        { "parcel-semantic", MetricNames.MeanIntersectionOverUnion, "mIoU", 0.06 },
        { "parcel-instances", MetricNames.AveragePrecision50, "maskMap50", 0.07 },
        { "parcel-panoptic", MetricNames.PanopticQuality, "pq", 0.05 },
        { "parcel-lines", MetricNames.CharacterErrorRate, "cer", 0.12 },
        { "parcel-lines", MetricNames.LineHarmonicMean, "hmean", 0.08 },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void EachVersion_OnFreshScenes_ReachesItsCard(string model, string metric, string cardMetric, double tolerance)
    {
        foreach (int version in (int[])[1, 2])
        {
            foreach (double smear in (double[])[0, 0.75])
            {
                double promised = Contract($"{model}-v{version}").Others!["card"].GetProperty("scoresBySmear")
                    .GetProperty(smear.ToString(CultureInfo.InvariantCulture)).GetProperty(cardMetric).GetDouble();

                Measure($"{model}-v{version}", metric, smear).ShouldBe(promised, tolerance, $"{model} v{version} at smear {smear}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void SecondVersion_UnderSmear_BeatsTheFirst(string model, string metric, string cardMetric, double tolerance)
    {
        cardMetric.ShouldNotBeEmpty();
        double sign = metric == MetricNames.CharacterErrorRate ? -1 : 1;
        double gain = sign * (Measure($"{model}-v2", metric, 0.75) - Measure($"{model}-v1", metric, 0.75));

        gain.ShouldBeGreaterThan(tolerance);
    }

    private static double Measure(string name, string metric, double smear) => Measured.GetOrAdd((name, metric, smear), _ =>
    {
        ModelContract contract = Contract(name);
        using ModelSession session = ModelSession.Open(SharedFolder.InRepository("models", name + ".onnx"), contract);
        ITaskEvaluation evaluation = TaskEvaluations.Find(contract.Task)!;
        TaskSetup setup = new(contract.Classes.Count, 0.25);
        byte[][] evidence = new byte[SceneCount][];
        for (int index = 0; index < SceneCount; index++)
        {
            Scene scene = ToyWorldCamera.Draw(TrainingExport.Options(FreshSeed, index, isVaried: false, smear));
            IncomingImage sent = DemoWorld.Send(DemoWorld.SeenBy(contract.Task, scene), "fresh", DateTimeOffset.UnixEpoch, contract.Task);
            ScoredImage scored = session.Score(sent.Bytes.Span, ImageLimits.Default, TestContext.Current.CancellationToken);
            evidence[index] = evaluation.Compare(Truth.FromJson(sent.Truth!), scored.Prediction, setup).Content;
        }

        IEvidenceSet set = evaluation.Prepare(evidence, setup);
        double[] values = new double[set.Statistics.Count];
        set.Summarize(Enumerable.Repeat(1.0, SceneCount).ToArray(), values);
        return values[set.Statistics.Index().First(one => one.Item.Metric == metric && one.Item.ClassIndex == RunMetric.AllClasses).Index];
    });

    private static ModelContract Contract(string name) => ModelContract.Read(SharedFolder.InRepository("models", name + ".json"));
}
