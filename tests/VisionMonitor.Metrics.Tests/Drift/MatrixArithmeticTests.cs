using System.Numerics;
using VisionMonitor.Metrics.Drift;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Tests.Drift;

/// <summary>The arithmetic below the drift measures, at sizes that fill no panel, tile or register evenly.</summary>
public sealed class MatrixArithmeticTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 7, 3)]
    [InlineData(61, 53, 197)]
    [InlineData(200, 49, 385)]
    public void TransposedB_AnySize_IsEveryDotProduct(int m, int n, int k)
    {
        double[] a = Normal(1, m * k), b = Normal(2, n * k), c = new double[m * (n + 3)];
        float[] single = new float[m * n];
        c.AsSpan().Fill(7);

        MatrixProduct.TransposedB(a, m, new PackedRows<double>(b, n, k), c, n + 3);
        MatrixProduct.TransposedB<float>(Array.ConvertAll(a, x => (float)x), m, new PackedRows<float>(Array.ConvertAll(b, x => (float)x), n, k), single, n);

        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double expected = a.AsSpan(i * k, k).ToArray().Zip(b.AsSpan(j * k, k).ToArray(), (x, y) => x * y).Sum();
                c[(i * (n + 3)) + j].ShouldBe(expected, 1e-11);
                ((double)single[(i * n) + j]).ShouldBe(expected, 1e-4);
            }

            c.AsSpan((i * (n + 3)) + n, 3).ToArray().ShouldAllBe(untouched => untouched == 7);
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(33)]
    [InlineData(230)]
    public void Congruence_UpperTriangle_IsTheProductOfThree(int size)
    {
        double[] upper = Normal(3, size * size), factor = Normal(4, size * size), symmetric = new double[size * size];
        MatrixProduct.TransposedB(factor, size, new PackedRows<double>(factor, size, size), symmetric, size);
        for (int i = 0; i < size; i++)
        {
            upper.AsSpan(i * size, i).Clear();
        }

        double[] result = [.. symmetric];
        MatrixProduct.Congruence(upper, result, size);

        double[] half = new double[size * size], whole = new double[size * size];
        MatrixProduct.TransposedB(upper, size, new PackedRows<double>(symmetric, size, size), half, size);
        MatrixProduct.TransposedB(half, size, new PackedRows<double>(upper, size, size), whole, size);
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                result[(i * size) + j].ShouldBe(whole[(i * size) + j], 1e-8);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(150)]
    public void Decompose_KnownSpectrum_FindsValuesAndVectors(int size)
    {
        // Two reflections turn a diagonal matrix of known values, some of them equal, into a full one.
        double[] known = [.. Enumerable.Range(0, size).Select(i => (double)((i * 7) % 11) - 3).OrderDescending()], matrix = new double[size * size];
        for (int i = 0; i < size; i++)
        {
            matrix[(i * size) + i] = known[i];
        }

        foreach (ulong seed in (ulong[])[5, 6])
        {
            Reflect(matrix, size, Normal(seed, size));
        }

        double[] values = SymmetricEigen.Values([.. matrix], size);
        (double[] same, double[][] vectors) = SymmetricEigen.Decompose([.. matrix], size);

        for (int i = 0; i < size; i++)
        {
            values[i].ShouldBe(known[i], 1e-11);
            same[i].ShouldBe(known[i], 1e-11);
            for (int row = 0; row < size; row++)
            {
                SymmetricEigen.Dot(matrix.AsSpan(row * size, size), vectors[i]).ShouldBe(known[i] * vectors[i][row], 1e-10);
            }
        }
    }

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(700, 130, 0)]
    [InlineData(130, 700, 0.6)]
    [InlineData(2000, 2000, 0.9)]
    [InlineData(37, 41, 1)]
    public void DimensionTests_TiesAndUnequalSizes_AreThoseOfEachDimensionAlone(int m, int n, double zeros)
    {
        const int Dimension = 3;
        float[] baseline = Rectified(7, m * Dimension, zeros), window = Rectified(8, n * Dimension, zeros);

        DimensionTests all = DimensionTests.Of(baseline, window, Dimension);

        for (int d = 0; d < Dimension; d++)
        {
            double[] x = DriftMeasureTests.Column(baseline, Dimension, d), y = DriftMeasureTests.Column(window, Dimension, d);
            all.KolmogorovSmirnov[d].ShouldBe(Univariate.KolmogorovSmirnov(x, y), 1e-14);
            all.Wasserstein[d].ShouldBe(Univariate.Wasserstein(x, y), 1e-12);
        }
    }

    [Fact]
    public void DimensionTests_OneNumberIsNotFinite_SaysWhich()
    {
        float[] window = Rectified(8, 400, 0);
        window[333] = float.NegativeInfinity;

        Should.Throw<ArgumentException>(() => DimensionTests.Of(Rectified(7, 400, 0), window, 4)).Message.ShouldContain("Row 83, dimension 1 is -Infinity");
    }

    [Fact]
    public void Exp_FromZeroDown_IsThatOfTheLibrary()
    {
        float[] x = [.. Enumerable.Range(0, 8000).Select(i => -i * 0.0107f), -86.99f, -87f, -1e9f, -0f, .. new float[Vector<float>.Count]];
        for (int i = 0; i <= x.Length - Vector<float>.Count; i++)
        {
            float[] values = new float[Vector<float>.Count];
            PairKernel.ExpOfNegative(new Vector<float>(x, i)).CopyTo(values);
            ((double)values[0]).ShouldBe(Math.Exp(Math.Max(-87, x[i])), 2e-7 * Math.Exp(Math.Max(-87, x[i])), $"e^{x[i]}");
        }
    }

    [Fact]
    public void Permutation_SidesChangePlaces_GivesTheSameValues()
    {
        const int Dimension = 5;
        float[] baseline = Rectified(9, 800 * Dimension, 0), window = Rectified(10, 430 * Dimension, 0);
        PairKernel kernel = PairKernel.Gaussian(1.5);
        bool[] dealt = [.. Enumerable.Range(0, 1230).Select(row => row * 430 % 1230 < 430)];
        bool[] turned = [.. dealt[800..].Concat(dealt[..800]).Select(mark => !mark)];

        DealtDiscrepancies there = PermutationTest.Discrepancies(baseline, window, Dimension, kernel, [dealt], 1), back = PermutationTest.Discrepancies(window, baseline, Dimension, kernel, [turned], 2);

        dealt.Count(mark => mark).ShouldBe(430);
        for (int p = 0; p < 2; p++)
        {
            back.Biased[p].ShouldBe(there.Biased[p], 1e-13);
            back.Unbiased![p].ShouldBe(there.Unbiased![p], 1e-13);
        }

        there.Biased[0].ShouldBe(MaximumMeanDiscrepancy.Of(baseline, window, Dimension, 1.5).Biased, 1e-13);
    }

    /// <summary>H·A·H with H = 1 − 2·v·vᵀ / v·v.</summary>
    private static void Reflect(double[] matrix, int size, double[] v)
    {
        double scale = 2 / SymmetricEigen.Dot(v, v);
        double[] product = [.. Enumerable.Range(0, size).Select(i => scale * SymmetricEigen.Dot(matrix.AsSpan(i * size, size), v))];
        double along = scale * SymmetricEigen.Dot(product, v);
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                matrix[(i * size) + j] += (along * v[i] * v[j]) - (product[i] * v[j]) - (v[i] * product[j]);
            }
        }
    }

    private static double[] Normal(ulong seed, int count) => [.. Enumerable.Range(0, count).Select(i => SplitMix64.Normal(seed, (ulong)i))];

    /// <summary>Normal numbers on a coarse grid, so that some are equal; the wanted share is 0, as after a rectifier.</summary>
    private static float[] Rectified(ulong seed, int count, double zeros) =>
        [.. Enumerable.Range(0, count).Select(i => SplitMix64.Uniform(seed, (ulong)(i + count)) < zeros ? 0f : (float)Math.Round(SplitMix64.Normal(seed, (ulong)i), 2))];
}
