using System.Text.Json;
using VisionMonitor.Metrics.Segmentation;

namespace VisionMonitor.Metrics.Tests.Segmentation;

public sealed class SemanticEvaluationTests
{
    public static TheoryData<string> Cases =>
        [.. Golden.Json(Golden.Folder("segmentation", "index.json")).EnumerateArray().Select(name => name.GetString()!)];

    public static TheoryData<string> BoundaryCases =>
        [.. Golden.Json(Golden.Folder("segmentation", "index.json")).EnumerateArray().Select(name => name.GetString()!)
            .Where(name => Golden.Json(Golden.Folder("segmentation", name, "expected.json")).TryGetProperty("boundary", out JsonElement boundary) && boundary.ValueKind == JsonValueKind.Object)];

    /// <summary>
    /// Truth 0 0 1 ignored, predicted 0 1 1 1. Class 0: TP 1 of truth 2, predicted 1, IoU 1/2. Class 1: TP 1, truth 1, predicted 2, IoU 1/2.
    /// Class 2 in neither map. Accuracy 2/3.
    /// </summary>
    [Fact]
    public void Summarize_FourPixelsByHand_GivesTheNumbersOfTheComment()
    {
        var evaluation = new SemanticEvaluation(3);

        SemanticReport report = evaluation.Summarize([evaluation.Compare(Map(0, 0, 1, 255), Map(0, 1, 1, 1))], []);

        report.PerClass.Select(c => c.IntersectionOverUnion).ShouldBe([0.5, 0.5, null]);
        report.MeanIntersectionOverUnion.ShouldBe(0.5);
        report.PixelAccuracy.ShouldBe(2.0 / 3);
        report.ValidPixels.ShouldBe(3);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Summarize_GoldenMaps_EqualsMmsegmentation(string name)
    {
        JsonElement expected = Golden.Json(Golden.Folder("segmentation", name, "expected.json")), canonical = expected.GetProperty("canonical");
        SemanticEvaluation evaluation = Evaluation(expected, null, BoundaryIgnore.After);
        SemanticEvidence[] evidence = Evidence(name, expected, evaluation);

        SemanticReport report = evaluation.Summarize(evidence, []);

        // The last row and column of the file are labels out of range; so are ours.
        report.Confusion.ShouldBe(expected.GetProperty("confusion").EnumerateArray().SelectMany(r => r.EnumerateArray()).Select(c => c.GetDouble()));
        for (int c = 0; c < report.PerClass.Count; c++)
        {
            report.PerClass[c].IntersectionOverUnion.ShouldMatch(canonical.GetProperty("iou")[c], what: $"IoU of {c}");
            report.PerClass[c].Accuracy.ShouldMatch(canonical.GetProperty("acc")[c], what: $"accuracy of {c}");
            report.PerClass[c].Precision.ShouldMatch(canonical.GetProperty("precision")[c], what: $"precision of {c}");
            report.PerClass[c].Dice.ShouldMatch(canonical.GetProperty("dice")[c], what: $"Dice of {c}");
        }

        report.MeanIntersectionOverUnion.ShouldMatch(canonical.GetProperty("mIoU"));
        report.MeanAccuracy.ShouldMatch(canonical.GetProperty("mAcc"));
        report.MeanPrecision.ShouldMatch(canonical.GetProperty("mPrecision"));
        report.MeanDice.ShouldMatch(canonical.GetProperty("mDice"));
        report.PixelAccuracy.ShouldMatch(canonical.GetProperty("aAcc"));
        report.FrequencyWeightedIntersectionOverUnion.ShouldMatch(canonical.GetProperty("fwIoU"));
        report.ValidPixels.ShouldBe(canonical.GetProperty("n_valid_pixels").GetDouble());
        report.ImageMeanIntersectionOverUnion.ShouldMatch(expected.GetProperty("mean_of_image_mIoU"));
    }

    [Theory]
    [MemberData(nameof(BoundaryCases))]
    public void Summarize_GoldenMapsWithBoundaries_EqualsBoundaryIouApi(string name)
    {
        JsonElement expected = Golden.Json(Golden.Folder("segmentation", name, "expected.json"));
        foreach (JsonProperty ratio in expected.GetProperty("boundary").EnumerateObject())
        {
            foreach ((string key, BoundaryIgnore ignore) in new[] { ("ignore_post", BoundaryIgnore.After), ("ignore_pre", BoundaryIgnore.Before) })
            {
                SemanticEvaluation evaluation = Evaluation(expected, double.Parse(ratio.Name, System.Globalization.CultureInfo.InvariantCulture), ignore);

                SemanticReport report = evaluation.Summarize(Evidence(name, expected, evaluation), []);

                JsonElement one = ratio.Value.GetProperty(key);
                report.PerClass.Select(c => c.BoundaryIntersection).ShouldBe(one.GetProperty("intersection").EnumerateArray().Select(v => v.GetDouble()), $"{ratio.Name} {key}");
                report.PerClass.Select(c => c.BoundaryUnion).ShouldBe(one.GetProperty("union").EnumerateArray().Select(v => v.GetDouble()), $"{ratio.Name} {key}");
                report.MeanBoundaryIntersectionOverUnion.ShouldMatch(one.GetProperty("mean"));
            }
        }
    }

    /// <summary>The run scan against a count of single pixels, on regions and on noise (which takes the other path), at lengths around the block.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(63, 7)]
    [InlineData(65, 200)]
    [InlineData(129, 1)]
    [InlineData(1000, 3)]
    [InlineData(5003, 40)]
    public void Compare_AnyLengthAndTexture_EqualsCountingPixels(int pixels, int regionLength)
    {
        byte[] truth = new byte[pixels], predicted = new byte[pixels];
        for (int i = 0; i < pixels; i++)
        {
            truth[i] = (byte)(VisionMonitor.Metrics.Statistics.SplitMix64.At(1, (ulong)(i / regionLength)) % 5);
            predicted[i] = (byte)(VisionMonitor.Metrics.Statistics.SplitMix64.At(2, (ulong)((i + 3) / regionLength)) % 5);
        }

        double[] expected = new double[36];
        for (int i = 0; i < pixels; i++)
        {
            expected[(truth[i] * 6) + predicted[i]]++;
        }

        var evaluation = new SemanticEvaluation(5);
        SemanticEvidence evidence = evaluation.Compare(new LabelMap(pixels, 1, truth), new LabelMap(pixels, 1, predicted));
        evaluation.Summarize([evidence], []).Confusion.ShouldBe(expected);
        evaluation.Compare(new LabelMap(pixels, 1, Array.ConvertAll(truth, t => (ushort)t)), new LabelMap(pixels, 1, predicted)).ToBytes().ShouldBe(evidence.ToBytes());
    }

    [Fact]
    public void Summarize_WeightOf2_EqualsTheImageTwice()
    {
        var evaluation = new SemanticEvaluation(3, new SemanticOptions { BoundaryRatio = 0.5 });
        SemanticEvidence a = evaluation.Compare(Map(0, 0, 1, 2), Map(0, 1, 1, 2)), b = evaluation.Compare(Map(0, 0, 0, 2), Map(0, 1, 2, 2));

        SemanticReport weighted = evaluation.Summarize([a, b], [2, 1]), repeated = evaluation.Summarize([b, a, a], []);

        weighted.Confusion.ShouldBe(repeated.Confusion);
        weighted.MeanBoundaryIntersectionOverUnion.ShouldBe(repeated.MeanBoundaryIntersectionOverUnion);
        weighted.ImageMeanIntersectionOverUnion.ShouldMatch(repeated.ImageMeanIntersectionOverUnion);
    }

    [Theory]
    [InlineData(AbsentClasses.Skip, 2, 0.25, 0.5)]
    [InlineData(AbsentClasses.Zero, 4, 0.125, 0.25)]
    [InlineData(AbsentClasses.One, 4, 0.625, 0.75)]
    public void Summarize_AbsentClasses_CountAsAsked(AbsentClasses policy, int classes, double meanIntersectionOverUnion, double meanAccuracy)
    {
        // Class 0: IoU 2/4, accuracy 1. Class 1: IoU 0, accuracy 0. Classes 2 and 3 are in neither map.
        SemanticEvaluation evaluation = new(4, new SemanticOptions { AbsentClasses = policy });
        SemanticReport report = evaluation.Summarize([evaluation.Compare(Map(0, 0, 1, 1), Map(0, 0, 0, 0))], []);

        report.MeanClassCount.ShouldBe(classes);
        report.PerClass[2].IntersectionOverUnion.ShouldBeNull();
        report.MeanIntersectionOverUnion!.Value.ShouldBe(meanIntersectionOverUnion, 1e-12);
        report.MeanAccuracy!.Value.ShouldBe(meanAccuracy, 1e-12);
        report.MeanOver(new HashSet<int> { 0 })!.Value.ShouldBe(0.5, 1e-12);
    }

    [Fact]
    public void Summarize_NoImages_GivesNoNumbers()
    {
        SemanticReport report = new SemanticEvaluation(2).Summarize([], []);

        report.MeanIntersectionOverUnion.ShouldBeNull();
        report.PixelAccuracy.ShouldBeNull();
        report.ImageMeanIntersectionOverUnion.ShouldBeNull();
    }

    [Fact]
    public void Compare_DifferentSizes_Throws() => Should.Throw<ArgumentException>(() => new SemanticEvaluation(2).Compare(Map(0, 1), Map(0, 1, 1)));

    [Fact]
    public void FromBytes_WhatToBytesWrote_IsTheSameEvidence()
    {
        SemanticEvidence evidence = new SemanticEvaluation(3, new SemanticOptions { BoundaryRatio = 0.02 }).Compare(Map(0, 0, 1, 9), Map(0, 1, 7, 2));

        SemanticEvidence.FromBytes(evidence.ToBytes()).ToBytes().ShouldBe(evidence.ToBytes());
        evidence.ValidPixelCount.ShouldBe(3);
        Should.Throw<InvalidDataException>(() => SemanticEvidence.FromBytes(evidence.ToBytes().AsSpan(0, 5)));
    }

    private static LabelMap Map(params byte[] labels) => new(labels.Length, 1, labels);

    private static SemanticEvaluation Evaluation(JsonElement expected, double? ratio, BoundaryIgnore ignore) => new(expected.GetProperty("num_classes").GetInt32(), new SemanticOptions
    {
        IgnoreLabel = expected.GetProperty("ignore_index").GetInt32(),
        ReduceZeroLabel = expected.GetProperty("reduce_zero_label").GetBoolean(),
        BoundaryRatio = ratio,
        BoundaryIgnore = ignore,
    });

    private static SemanticEvidence[] Evidence(string name, JsonElement expected, SemanticEvaluation evaluation) =>
        [.. expected.GetProperty("files").EnumerateArray().Select(pair => evaluation.Compare(Read(name, pair[0]), Read(name, pair[1])))];

    private static LabelMap Read(string name, JsonElement file) => PngLabels.Read(File.ReadAllBytes(Golden.Folder("segmentation", name, file.GetString()!))).ToLabelMap();
}
