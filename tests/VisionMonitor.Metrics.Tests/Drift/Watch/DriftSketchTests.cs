using VisionMonitor.Metrics.Drift.Watch;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Tests.Drift.Watch;

public sealed class DriftSketchTests
{
    private const int Dimension = 70;
    private static readonly DriftFeatures Features = new(Dimension, 2, 32, 4);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Merge_AnySplitInAnyOrder_IsTheSketchOfTheUnionToTheBit(ulong seed)
    {
        float[] rows = Rows(200, seed);
        DriftSketch[] parts = [.. Enumerable.Range(0, 7).Select(_ => new DriftSketch(Features.Layout, "m"))];
        DriftSketch whole = new(Features.Layout, "m");
        for (int i = 0; i < 200; i++)
        {
            ReadOnlySpan<float> row = rows.AsSpan(i * Features.Layout.RowLength, Features.Layout.RowLength);
            whole.Add(row);
            parts[SplitMix64.Index(seed, (ulong)i, parts.Length)].Add(row);
        }

        foreach (DriftSketch[] order in (DriftSketch[][])[parts, [.. parts.Reverse()]])
        {
            DriftSketch merged = new(Features.Layout, "m");
            foreach (DriftSketch part in order)
            {
                merged.Merge(DriftSketch.FromBytes(part.ToBytes()));
            }

            merged.ToBytes().ShouldBe(whole.ToBytes());
        }

        double[] sum = new double[Features.Layout.RowLength];
        whole.AddSum(sum);
        for (int j = 0; j < sum.Length; j++)
        {
            double expected = 0;
            for (int i = 0; i < 200; i++)
            {
                expected += rows[(i * sum.Length) + j];
            }

            sum[j].ShouldBe(expected, 200 / (double)(1 << 20));
        }

        whole.Histogram(2).ToArray().Sum().ShouldBe(200);
        whole.MeanSquares().ShouldAllBe(square => square > 0);
    }

    [Fact]
    public void Merge_OtherFingerprintOrLayout_Refuses()
    {
        DriftSketch sketch = new(Features.Layout, "weights a");

        Should.Throw<ArgumentException>(() => sketch.Merge(new DriftSketch(Features.Layout, "weights b"))).Message.ShouldContain("never mix");
        Should.Throw<ArgumentException>(() => sketch.Merge(new DriftSketch(Features.Layout with { PropertyCount = 3 }, "weights a")));
        sketch.IsOf(Features.Layout, "weights a").ShouldBeTrue();
        sketch.IsOf(Features.Layout, "weights b").ShouldBeFalse();
    }

    [Fact]
    public void FromBytes_OtherVersionOrCutOff_Refuses()
    {
        byte[] bytes = new DriftSketch(Features.Layout, "m").ToBytes();

        Should.Throw<InvalidDataException>(() => DriftSketch.FromBytes(bytes[..^1]));
        Should.Throw<InvalidDataException>(() => DriftSketch.FromBytes([]));
        bytes[0] = 2;
        Should.Throw<InvalidDataException>(() => DriftSketch.FromBytes(bytes)).Message.ShouldContain("format 2");
    }

    /// <summary>Twice as long an embedding is the same direction: only the length's own number moves.</summary>
    [Fact]
    public void Rows_LongerEmbedding_MovesOnlyItsLength()
    {
        float[] one = [.. Enumerable.Range(1, Dimension).Select(i => (float)(i % 5))], two = [.. one.Select(v => 2 * v)];

        float[] a = Features.Rows(one, [0.5f, 0.5f], [0.9f]), b = Features.Rows(two, [0.5f, 0.5f], [0.9f]);

        int length = Features.Layout.Of(DriftChannel.Structure).Start.Value;
        ((double)(b[length] - a[length])).ShouldBe(Math.Log(2), 1e-5);
        b[length] = a[length];
        a.Zip(b).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 1e-4);
    }

    private static float[] Rows(int count, ulong seed)
    {
        float[] embeddings = [.. Enumerable.Range(0, count * Dimension).Select(i => (float)SplitMix64.Normal(seed, (ulong)i))];
        float[] properties = [.. Enumerable.Range(0, count * 2).Select(i => (float)SplitMix64.Uniform(seed ^ 1, (ulong)i))];
        return Features.Rows(embeddings, properties, properties.AsSpan(0, count));
    }
}
