using VisionMonitor.Metrics.Drift;

namespace VisionMonitor.Metrics.Tests.Drift;

public sealed class RandomFourierFeaturesTests
{
    /// <summary>The kernel of two rows is the mean over many features: within 3 / √D of exp(−‖x − y‖² / 2σ²), dense below 64 dimensions and structured from there.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(100)]
    [InlineData(768)]
    public void Transform_TwoRows_TheirProductIsTheKernel(int dimension)
    {
        const int Features = 8192;
        double bandwidth = Math.Sqrt(dimension);
        var features = new RandomFourierFeatures(dimension, bandwidth, Features, 5);
        foreach (double distance in new[] { 0, 0.5, 1, 2 })
        {
            float[] rows = new float[2 * dimension], both = new float[2 * Features];
            for (int d = 0; d < dimension; d++)
            {
                rows[d] = (d % 7) - 3;
                rows[dimension + d] = rows[d] + (float)(distance * ((d % 3) - 1) * Math.Sqrt(1.5));
            }

            double squared = 0, product = 0;
            for (int d = 0; d < dimension; d++)
            {
                squared += Math.Pow(rows[d] - rows[dimension + d], 2);
            }

            features.Transform(rows, both);
            for (int f = 0; f < Features; f++)
            {
                product += (double)both[f] * both[Features + f];
            }

            product.ShouldBe(Math.Exp(-squared / (2 * bandwidth * bandwidth)), 3 / Math.Sqrt(Features));
        }
    }

    [Fact]
    public void Hadamard_AnySize_EqualsTheMatrix()
    {
        for (int size = 16; size <= 512; size *= 2)
        {
            float[] x = [.. Enumerable.Range(0, size).Select(i => (float)((i * 37 % 19) - 9))], signs = [.. Enumerable.Range(0, size).Select(i => i % 3 == 0 ? -1f : 1f)];
            float[] expected = [.. Enumerable.Range(0, size).Select(i => Enumerable.Range(0, size).Sum(j => (int.PopCount(i & j) % 2 == 0 ? 1 : -1) * signs[j] * x[j]))];

            Hadamard.Transform(x, signs);

            x.ShouldBe(expected);
        }
    }

    [Fact]
    public void Waves_NearAndFarAngles_AreCosineAndSine()
    {
        float[] angles = [.. Enumerable.Range(0, 4001).Select(i => (i - 2000) * 0.37f), 1e6f, -3e7f, 8191.9f, 0, 1, 2, 3, 4, 5];
        float[] cosines = new float[angles.Length], sines = new float[angles.Length];

        Waves.Fill(angles, 2, cosines, sines);

        for (int i = 0; i < angles.Length; i++)
        {
            ((double)cosines[i]).ShouldBe(2 * Math.Cos(angles[i]), 1e-6, $"cosine of {angles[i]}");
            ((double)sines[i]).ShouldBe(2 * Math.Sin(angles[i]), 1e-6, $"sine of {angles[i]}");
        }
    }

    [Fact]
    public void FloatSort_SignsZerosAndTies_IsAscending()
    {
        float[] values = [.. Enumerable.Range(0, 3000).Select(i => (float)((i * 7919 % 2003) - 1000) / 8), 0f, -0f, float.MaxValue, float.MinValue, float.Epsilon, -float.Epsilon];
        float[] expected = [.. values.Order()];

        FloatSort.Ascending(values, new float[values.Length]);

        values.ShouldBe(expected);
    }
}
