using System.Buffers;
using System.Numerics;

namespace VisionMonitor.Metrics.Drift;

/// <summary>Products of row-major matrices, float or double.</summary>
internal static class MatrixProduct
{
    /// <summary>Rows of a triangle that are made together; a multiple of <see cref="PackedRows{T}.Depth"/>.</summary>
    private const int Step = 192;

    /// <summary>C = A·Bᵀ: the dot products of the rows of A with the rows of B.</summary>
    /// <param name="a">m × k.</param>
    /// <param name="m">Rows of A.</param>
    /// <param name="b">n × k, packed.</param>
    /// <param name="c">m × stride; overwritten in its first n columns.</param>
    /// <param name="stride">Distance of two rows of C, at least n.</param>
    public static void TransposedB<T>(ReadOnlySpan<T> a, int m, PackedRows<T> b, Span<T> c, int stride)
        where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < m; i++)
        {
            c.Slice(i * stride, b.Count).Clear();
        }

        b.AddProducts(a, m, 0, 0, b.Count, c, stride);
    }

    /// <summary>C += A·Bᵀ where only the lower triangle of the m × m result is wanted: nothing is promised of what lies above it.</summary>
    /// <param name="a">m × k.</param>
    /// <param name="b">m × k, packed.</param>
    /// <param name="c">m × stride.</param>
    /// <param name="stride">Distance of two rows of C, at least m.</param>
    public static void AddLower<T>(ReadOnlySpan<T> a, PackedRows<T> b, Span<T> c, int stride)
        where T : unmanaged, INumber<T>
    {
        (int m, int k) = (b.Count, b.Length);
        for (int row = 0; row < m; row += Step)
        {
            int height = Math.Min(Step, m - row);
            b.AddProducts(a.Slice(row * k, height * k), height, 0, 0, row + height, c[(row * stride)..], stride);
        }
    }

    /// <summary>Puts U·S·Uᵀ in the place of S; only its lower triangle is promised.</summary>
    /// <param name="upper">U, size × size, zero below its diagonal; those zeros are hardly multiplied.</param>
    /// <param name="symmetric">S, size × size, both triangles; overwritten.</param>
    /// <param name="size">Rows.</param>
    public static void Congruence(ReadOnlySpan<double> upper, Span<double> symmetric, int size)
    {
        double[] half = ArrayPool<double>.Shared.Rent(size * size);
        UpperTimes(upper, symmetric, half.AsSpan(0, size * size), size, isLower: false);
        UpperTimes(upper, half, symmetric, size, isLower: true);
        ArrayPool<double>.Shared.Return(half);
    }

    /// <summary>Columns become rows.</summary>
    /// <param name="a">Rows × columns.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="turned">Columns × rows; overwritten.</param>
    public static void Transpose<T>(ReadOnlySpan<T> a, int rows, int columns, Span<T> turned)
    {
        const int Tile = 32;
        for (int i0 = 0; i0 < rows; i0 += Tile)
        {
            int height = Math.Min(Tile, rows - i0);
            for (int j = 0; j < columns; j++)
            {
                Span<T> target = turned.Slice((j * rows) + i0, height);
                for (int i = 0, at = (i0 * columns) + j; i < target.Length; i++, at += columns)
                {
                    target[i] = a[at];
                }
            }
        }
    }

    /// <summary>U·Bᵀ, skipping what U has below its diagonal; where wanted, only the lower triangle.</summary>
    private static void UpperTimes(ReadOnlySpan<double> upper, ReadOnlySpan<double> b, Span<double> c, int size, bool isLower)
    {
        PackedRows<double> packed = PackedRows<double>.Rented(b, size, size);
        c.Clear();
        for (int row = 0; row < size; row += Step)
        {
            int height = Math.Min(Step, size - row);
            packed.AddProducts(upper.Slice(row * size, height * size), height, row, 0, isLower ? row + height : size, c[(row * size)..], size);
        }

        packed.Return();
    }
}
