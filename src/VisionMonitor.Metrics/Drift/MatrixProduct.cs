using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VisionMonitor.Metrics.Drift;

/// <summary>Products of row-major matrices, float or double, blocked so that what is read again lies in the cache.</summary>
internal static class MatrixProduct
{
    private const int Depth = 256;

    /// <summary>C = A·Bᵀ: the dot products of the rows of A with the rows of B.</summary>
    /// <param name="a">m × k.</param>
    /// <param name="m">Rows of A.</param>
    /// <param name="b">n × k.</param>
    /// <param name="n">Rows of B.</param>
    /// <param name="k">Length of a row.</param>
    /// <param name="c">m × stride; overwritten in its first n columns.</param>
    /// <param name="stride">Distance of two rows of C, at least n.</param>
    public static void TransposedB<T>(ReadOnlySpan<T> a, int m, ReadOnlySpan<T> b, int n, int k, Span<T> c, int stride)
        where T : unmanaged, INumber<T>
    {
        int width = 3 * Vector256<T>.Count, panelCount = (n + width - 1) / width;
        T[] packed = ArrayPool<T>.Shared.Rent(panelCount * width * Depth);
        Span<T> corner = stackalloc T[4 * width];
        for (int i = 0; i < m; i++)
        {
            c.Slice(i * stride, n).Clear();
        }

        for (int from = 0; from < k; from += Depth)
        {
            int depth = Math.Min(Depth, k - from);
            Pack(b, n, k, from, depth, width, packed);
            for (int panel = 0; panel < panelCount; panel++)
            {
                ReadOnlySpan<T> source = packed.AsSpan(panel * width * depth, width * depth);
                int columns = Math.Min(width, n - (panel * width));
                for (int row = 0; row < m; row += 4)
                {
                    int height = Math.Min(4, m - row);
                    Block(a, row, height, k, from, depth, source, corner);
                    for (int r = 0; r < height; r++)
                    {
                        Add(corner.Slice(r * width, columns), c.Slice(((row + r) * stride) + (panel * width), columns));
                    }
                }
            }
        }

        ArrayPool<T>.Shared.Return(packed);
    }

    /// <summary>The symmetric A·Aᵀ, of which only the lower triangle is promised to be written.</summary>
    public static void Gram<T>(ReadOnlySpan<T> a, int m, int k, Span<T> c)
        where T : unmanaged, INumber<T>
    {
        const int Step = 256;
        for (int row = 0; row < m; row += Step)
        {
            int height = Math.Min(Step, m - row);
            TransposedB(a.Slice(row * k, height * k), height, a[..((row + height) * k)], row + height, k, c[(row * m)..], m);
        }
    }

    /// <summary>Columns become rows.</summary>
    public static T[] Transpose<T>(ReadOnlySpan<T> a, int rows, int columns)
    {
        T[] turned = new T[a.Length];
        const int Tile = 32;
        for (int i0 = 0; i0 < rows; i0 += Tile)
        {
            for (int j0 = 0; j0 < columns; j0 += Tile)
            {
                for (int i = i0; i < Math.Min(rows, i0 + Tile); i++)
                {
                    for (int j = j0; j < Math.Min(columns, j0 + Tile); j++)
                    {
                        turned[(j * rows) + i] = a[(i * columns) + j];
                    }
                }
            }
        }

        return turned;
    }

    /// <summary>a·x + b in one rounding; the type is known to the compiler, so nothing is asked at run time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> FusedMultiplyAdd<T>(Vector256<T> a, Vector256<T> x, Vector256<T> b) => typeof(T) == typeof(float)
        ? Vector256.FusedMultiplyAdd(a.AsSingle(), x.AsSingle(), b.AsSingle()).As<float, T>()
        : Vector256.FusedMultiplyAdd(a.AsDouble(), x.AsDouble(), b.AsDouble()).As<double, T>();

    private static void Pack<T>(ReadOnlySpan<T> b, int n, int k, int from, int depth, int width, Span<T> packed)
        where T : unmanaged
    {
        for (int first = 0; first < n; first += width)
        {
            Span<T> panel = packed.Slice(first * depth, width * depth);
            int columns = Math.Min(width, n - first);
            if (columns < width)
            {
                panel.Clear();
            }

            for (int j = 0; j < columns; j++)
            {
                ReadOnlySpan<T> row = b.Slice(((first + j) * k) + from, depth);
                for (int p = 0; p < row.Length; p++)
                {
                    panel[(p * width) + j] = row[p];
                }
            }
        }
    }

    private static void Add<T>(ReadOnlySpan<T> source, Span<T> target)
        where T : unmanaged, INumber<T>
    {
        int i = 0;
        for (; i <= source.Length - Vector512<T>.Count; i += Vector512<T>.Count)
        {
            (Vector512.Create(source[i..]) + Vector512.Create<T>(target[i..])).CopyTo(target[i..]);
        }

        for (; i < source.Length; i++)
        {
            target[i] += source[i];
        }
    }

    /// <summary>Four rows of A against one panel: twelve accumulators, the panel's three vectors and one number of A fill the sixteen registers of AVX2.</summary>
    private static void Block<T>(ReadOnlySpan<T> a, int row, int height, int k, int from, int depth, ReadOnlySpan<T> panel, Span<T> corner)
        where T : unmanaged
    {
        ref T x0 = ref Start(a, row, k, from, depth);
        ref T x1 = ref height > 1 ? ref Start(a, row + 1, k, from, depth) : ref x0;
        ref T x2 = ref height > 2 ? ref Start(a, row + 2, k, from, depth) : ref x0;
        ref T x3 = ref height > 3 ? ref Start(a, row + 3, k, from, depth) : ref x0;
        Vector256<T> a0 = default, a1 = default, a2 = default, b0 = default, b1 = default, b2 = default;
        Vector256<T> c0 = default, c1 = default, c2 = default, d0 = default, d1 = default, d2 = default;
        ref T source = ref MemoryMarshal.GetReference(panel);
        nuint lanes = (nuint)Vector256<T>.Count, start = 0;
        for (int p = 0; p < depth; p++, start += 3 * lanes)
        {
            Vector256<T> w0 = Vector256.LoadUnsafe(ref source, start), w1 = Vector256.LoadUnsafe(ref source, start + lanes), w2 = Vector256.LoadUnsafe(ref source, start + (2 * lanes));
            Vector256<T> x = Vector256.Create(Unsafe.Add(ref x0, p));
            a0 = FusedMultiplyAdd(x, w0, a0);
            a1 = FusedMultiplyAdd(x, w1, a1);
            a2 = FusedMultiplyAdd(x, w2, a2);
            x = Vector256.Create(Unsafe.Add(ref x1, p));
            b0 = FusedMultiplyAdd(x, w0, b0);
            b1 = FusedMultiplyAdd(x, w1, b1);
            b2 = FusedMultiplyAdd(x, w2, b2);
            x = Vector256.Create(Unsafe.Add(ref x2, p));
            c0 = FusedMultiplyAdd(x, w0, c0);
            c1 = FusedMultiplyAdd(x, w1, c1);
            c2 = FusedMultiplyAdd(x, w2, c2);
            x = Vector256.Create(Unsafe.Add(ref x3, p));
            d0 = FusedMultiplyAdd(x, w0, d0);
            d1 = FusedMultiplyAdd(x, w1, d1);
            d2 = FusedMultiplyAdd(x, w2, d2);
        }

        int width = 3 * Vector256<T>.Count;
        Store(a0, a1, a2, corner);
        Store(b0, b1, b2, corner[width..]);
        Store(c0, c1, c2, corner[(2 * width)..]);
        Store(d0, d1, d2, corner[(3 * width)..]);
    }

    /// <summary>Where a row's stretch begins; the slice checks that all of it is there.</summary>
    private static ref T Start<T>(ReadOnlySpan<T> a, int row, int k, int from, int depth) => ref MemoryMarshal.GetReference(a.Slice((row * k) + from, depth));

    private static void Store<T>(Vector256<T> v0, Vector256<T> v1, Vector256<T> v2, Span<T> target)
        where T : unmanaged
    {
        int lanes = Vector256<T>.Count;
        v0.CopyTo(target);
        v1.CopyTo(target[lanes..]);
        v2.CopyTo(target[(2 * lanes)..]);
    }
}
