using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VisionMonitor.Metrics.Drift;

/// <summary>
/// Rows of numbers laid out as a matrix product reads them: stretches of <see cref="Depth"/> numbers, in them panels of as many rows as fill three registers, in them number by number.
/// What is packed once can be multiplied many times.
/// </summary>
internal sealed class PackedRows<T>
    where T : unmanaged, INumber<T>
{
    /// <summary>Numbers of a row that are multiplied before the next stretch: a panel of them stays in the nearest cache.</summary>
    public const int Depth = 192;

    private readonly T[] _packed;
    private readonly int _padded;

    /// <summary>Packs.</summary>
    /// <param name="rows">Count × length, row-major.</param>
    /// <param name="count">Rows.</param>
    /// <param name="length">Numbers of a row.</param>
    public PackedRows(ReadOnlySpan<T> rows, int count, int length)
        : this(rows, count, length, GC.AllocateUninitializedArray<T>(Space(count, length)))
    {
    }

    private PackedRows(ReadOnlySpan<T> rows, int count, int length, T[] space)
    {
        (Count, Length, _padded, _packed) = (count, length, Padded(count), space);
        for (int from = 0; from < length; from += Depth)
        {
            int depth = Math.Min(Depth, length - from);
            for (int first = 0; first < count; first += Width)
            {
                Pack(rows, first, from, depth, _packed.AsSpan((from * _padded) + (first * depth), Width * depth));
            }
        }
    }

    /// <summary>Rows of a panel; <see cref="Depth"/> is a multiple of it.</summary>
    public static int Width => 3 * (Vector512.IsHardwareAccelerated ? Vector512<T>.Count : Vector256<T>.Count);

    /// <summary>How many rows.</summary>
    public int Count { get; }

    /// <summary>Numbers of a row.</summary>
    public int Length { get; }

    private static int Height => Vector512.IsHardwareAccelerated ? 8 : 4;

    /// <summary>Packs into memory that is used again after <see cref="Return"/>: where large products follow each other, fresh memory costs as much as they do.</summary>
    /// <inheritdoc cref="PackedRows{T}(ReadOnlySpan{T}, int, int)"/>
    public static PackedRows<T> Rented(ReadOnlySpan<T> rows, int count, int length) => new(rows, count, length, ArrayPool<T>.Shared.Rent(Space(count, length)));

    /// <summary>Gives rented memory back; the rows must not be used after it.</summary>
    public void Return() => ArrayPool<T>.Shared.Return(_packed);

    /// <summary>C += A·Bᵀ, B being these rows: the dot products of the rows of A with n of them, from a number of the rows on.</summary>
    /// <param name="a">m × <see cref="Length"/>, row-major.</param>
    /// <param name="m">Rows of A.</param>
    /// <param name="from">The first number of the rows that counts, a multiple of <see cref="Depth"/>.</param>
    /// <param name="first">The first row of B, a multiple of <see cref="Width"/>.</param>
    /// <param name="n">Rows of B.</param>
    /// <param name="c">m × stride; the first n columns are added to.</param>
    /// <param name="stride">Distance of two rows of C, at least n.</param>
    public void AddProducts(ReadOnlySpan<T> a, int m, int from, int first, int n, Span<T> c, int stride)
    {
        Span<T> corner = stackalloc T[Height * Width];
        for (; from < Length; from += Depth)
        {
            int depth = Math.Min(Depth, Length - from);
            for (int column = 0; column < n; column += Width)
            {
                ReadOnlySpan<T> panel = _packed.AsSpan((from * _padded) + ((first + column) * depth), Width * depth);
                int columns = Math.Min(Width, n - column);
                for (int row = 0; row < m; row += Height)
                {
                    int height = Math.Min(Height, m - row);
                    if (Vector512.IsHardwareAccelerated)
                    {
                        Eight(a, row, height, Length, from, depth, panel, corner);
                    }
                    else
                    {
                        Four(a, row, height, Length, from, depth, panel, corner);
                    }

                    for (int r = 0; r < height; r++)
                    {
                        Add(corner.Slice(r * Width, columns), c.Slice(((row + r) * stride) + column, columns));
                    }
                }
            }
        }
    }

    private static int Padded(int count) => (count + Width - 1) / Width * Width;

    private static int Space(int count, int length) => checked(Padded(count) * length);

    private void Pack(ReadOnlySpan<T> rows, int first, int from, int depth, Span<T> panel)
    {
        // Sixteen numbers of every row at a time: whole cache lines are read, and what is written stays near.
        const int Step = 16;
        int columns = Math.Min(Width, Count - first);
        if (columns < Width)
        {
            panel.Clear();
        }

        for (int start = 0; start < depth; start += Step)
        {
            Span<T> target = panel.Slice(start * Width, Math.Min(Step, depth - start) * Width);
            for (int j = 0; j < columns; j++)
            {
                ReadOnlySpan<T> row = rows.Slice(((first + j) * Length) + from + start, Math.Min(Step, depth - start));
                for (int p = 0, at = j; p < row.Length; p++, at += Width)
                {
                    target[at] = row[p];
                }
            }
        }
    }

    private static void Add(ReadOnlySpan<T> source, Span<T> target)
    {
        int i = 0;
        for (; i <= source.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            (new Vector<T>(source[i..]) + new Vector<T>(target[i..])).CopyTo(target[i..]);
        }

        for (; i < source.Length; i++)
        {
            target[i] += source[i];
        }
    }

    /// <summary>Four rows of A against one panel: twelve accumulators, the panel's three vectors and one number of A fill the sixteen registers of AVX2.</summary>
    private static void Four(ReadOnlySpan<T> a, int row, int height, int length, int from, int depth, ReadOnlySpan<T> panel, Span<T> corner)
    {
        ref T x0 = ref Start(a, row, length, from, depth);
        ref T x1 = ref height > 1 ? ref Start(a, row + 1, length, from, depth) : ref x0;
        ref T x2 = ref height > 2 ? ref Start(a, row + 2, length, from, depth) : ref x0;
        ref T x3 = ref height > 3 ? ref Start(a, row + 3, length, from, depth) : ref x0;
        Vector256<T> a0 = default, a1 = default, a2 = default, b0 = default, b1 = default, b2 = default;
        Vector256<T> c0 = default, c1 = default, c2 = default, d0 = default, d1 = default, d2 = default;
        ref T source = ref MemoryMarshal.GetReference(panel);
        nuint lanes = (nuint)Vector256<T>.Count, start = 0;
        for (nint p = 0; p < depth; p++, start += 3 * lanes)
        {
            Vector256<T> w0 = Vector256.LoadUnsafe(ref source, start), w1 = Vector256.LoadUnsafe(ref source, start + lanes), w2 = Vector256.LoadUnsafe(ref source, start + (2 * lanes));
            Vector256<T> x = Vector256.Create(Unsafe.Add(ref x0, p));
            (a0, a1, a2) = (Fused(x, w0, a0), Fused(x, w1, a1), Fused(x, w2, a2));
            x = Vector256.Create(Unsafe.Add(ref x1, p));
            (b0, b1, b2) = (Fused(x, w0, b0), Fused(x, w1, b1), Fused(x, w2, b2));
            x = Vector256.Create(Unsafe.Add(ref x2, p));
            (c0, c1, c2) = (Fused(x, w0, c0), Fused(x, w1, c1), Fused(x, w2, c2));
            x = Vector256.Create(Unsafe.Add(ref x3, p));
            (d0, d1, d2) = (Fused(x, w0, d0), Fused(x, w1, d1), Fused(x, w2, d2));
        }

        Store(a0, a1, a2, corner);
        Store(b0, b1, b2, corner[Width..]);
        Store(c0, c1, c2, corner[(2 * Width)..]);
        Store(d0, d1, d2, corner[(3 * Width)..]);
    }

    /// <summary>Eight rows of A against one panel: twenty-four accumulators, three vectors and one number fill most of the thirty-two registers of AVX-512.</summary>
    private static void Eight(ReadOnlySpan<T> a, int row, int height, int length, int from, int depth, ReadOnlySpan<T> panel, Span<T> corner)
    {
        ref T x0 = ref Start(a, row, length, from, depth);
        ref T x1 = ref height > 1 ? ref Start(a, row + 1, length, from, depth) : ref x0;
        ref T x2 = ref height > 2 ? ref Start(a, row + 2, length, from, depth) : ref x0;
        ref T x3 = ref height > 3 ? ref Start(a, row + 3, length, from, depth) : ref x0;
        ref T x4 = ref height > 4 ? ref Start(a, row + 4, length, from, depth) : ref x0;
        ref T x5 = ref height > 5 ? ref Start(a, row + 5, length, from, depth) : ref x0;
        ref T x6 = ref height > 6 ? ref Start(a, row + 6, length, from, depth) : ref x0;
        ref T x7 = ref height > 7 ? ref Start(a, row + 7, length, from, depth) : ref x0;
        Vector512<T> a0 = default, a1 = default, a2 = default, b0 = default, b1 = default, b2 = default;
        Vector512<T> c0 = default, c1 = default, c2 = default, d0 = default, d1 = default, d2 = default;
        Vector512<T> e0 = default, e1 = default, e2 = default, f0 = default, f1 = default, f2 = default;
        Vector512<T> g0 = default, g1 = default, g2 = default, h0 = default, h1 = default, h2 = default;
        ref T source = ref MemoryMarshal.GetReference(panel);
        nuint lanes = (nuint)Vector512<T>.Count, start = 0;
        for (nint p = 0; p < depth; p++, start += 3 * lanes)
        {
            Vector512<T> w0 = Vector512.LoadUnsafe(ref source, start), w1 = Vector512.LoadUnsafe(ref source, start + lanes), w2 = Vector512.LoadUnsafe(ref source, start + (2 * lanes));
            Vector512<T> x = Vector512.Create(Unsafe.Add(ref x0, p));
            (a0, a1, a2) = (Fused(x, w0, a0), Fused(x, w1, a1), Fused(x, w2, a2));
            x = Vector512.Create(Unsafe.Add(ref x1, p));
            (b0, b1, b2) = (Fused(x, w0, b0), Fused(x, w1, b1), Fused(x, w2, b2));
            x = Vector512.Create(Unsafe.Add(ref x2, p));
            (c0, c1, c2) = (Fused(x, w0, c0), Fused(x, w1, c1), Fused(x, w2, c2));
            x = Vector512.Create(Unsafe.Add(ref x3, p));
            (d0, d1, d2) = (Fused(x, w0, d0), Fused(x, w1, d1), Fused(x, w2, d2));
            x = Vector512.Create(Unsafe.Add(ref x4, p));
            (e0, e1, e2) = (Fused(x, w0, e0), Fused(x, w1, e1), Fused(x, w2, e2));
            x = Vector512.Create(Unsafe.Add(ref x5, p));
            (f0, f1, f2) = (Fused(x, w0, f0), Fused(x, w1, f1), Fused(x, w2, f2));
            x = Vector512.Create(Unsafe.Add(ref x6, p));
            (g0, g1, g2) = (Fused(x, w0, g0), Fused(x, w1, g1), Fused(x, w2, g2));
            x = Vector512.Create(Unsafe.Add(ref x7, p));
            (h0, h1, h2) = (Fused(x, w0, h0), Fused(x, w1, h1), Fused(x, w2, h2));
        }

        Store(a0, a1, a2, corner);
        Store(b0, b1, b2, corner[Width..]);
        Store(c0, c1, c2, corner[(2 * Width)..]);
        Store(d0, d1, d2, corner[(3 * Width)..]);
        Store(e0, e1, e2, corner[(4 * Width)..]);
        Store(f0, f1, f2, corner[(5 * Width)..]);
        Store(g0, g1, g2, corner[(6 * Width)..]);
        Store(h0, h1, h2, corner[(7 * Width)..]);
    }

    /// <summary>a·x + b in one rounding; the type is known to the compiler, so nothing is asked at run time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Fused(Vector256<T> a, Vector256<T> x, Vector256<T> b) => typeof(T) == typeof(float)
        ? Vector256.FusedMultiplyAdd(a.AsSingle(), x.AsSingle(), b.AsSingle()).As<float, T>()
        : Vector256.FusedMultiplyAdd(a.AsDouble(), x.AsDouble(), b.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Fused(Vector512<T> a, Vector512<T> x, Vector512<T> b) => typeof(T) == typeof(float)
        ? Vector512.FusedMultiplyAdd(a.AsSingle(), x.AsSingle(), b.AsSingle()).As<float, T>()
        : Vector512.FusedMultiplyAdd(a.AsDouble(), x.AsDouble(), b.AsDouble()).As<double, T>();

    /// <summary>Where a row's stretch begins; the slice checks that all of it is there.</summary>
    private static ref T Start(ReadOnlySpan<T> a, int row, int length, int from, int depth) => ref MemoryMarshal.GetReference(a.Slice((row * length) + from, depth));

    private static void Store(Vector256<T> v0, Vector256<T> v1, Vector256<T> v2, Span<T> target)
    {
        v0.CopyTo(target);
        v1.CopyTo(target[Vector256<T>.Count..]);
        v2.CopyTo(target[(2 * Vector256<T>.Count)..]);
    }

    private static void Store(Vector512<T> v0, Vector512<T> v1, Vector512<T> v2, Span<T> target)
    {
        v0.CopyTo(target);
        v1.CopyTo(target[Vector512<T>.Count..]);
        v2.CopyTo(target[(2 * Vector512<T>.Count)..]);
    }
}
