using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VisionMonitor.Metrics.Drift;

/// <summary>The fast Walsh–Hadamard transform.</summary>
internal static class Hadamard
{
    private const int Lanes = 8;

    /// <summary>x ← H·(signs ∘ x), unscaled, in place.</summary>
    /// <param name="x">A power of two of numbers, at least 16.</param>
    /// <param name="signs">As many factors.</param>
    public static void Transform(Span<float> x, ReadOnlySpan<float> signs)
    {
        ref float values = ref MemoryMarshal.GetReference(x);
        ref float factors = ref MemoryMarshal.GetReference(signs[..x.Length]);
        for (nuint i = 0; i < (nuint)x.Length; i += Lanes)
        {
            (Vector256.LoadUnsafe(ref values, i) * Vector256.LoadUnsafe(ref factors, i)).StoreUnsafe(ref values, i);
        }

        nuint length = (nuint)x.Length, stride = length / 2;
        for (; stride >= 2 * Lanes; stride /= 4)
        {
            TwoStages(ref values, length, stride / 2);
        }

        if (stride == Lanes)
        {
            OneStage(ref values, length, stride);
        }

        for (nuint i = 0; i < length; i += Lanes)
        {
            Within(Vector256.LoadUnsafe(ref values, i)).StoreUnsafe(ref values, i);
        }
    }

    /// <summary>target ← a ∘ b.</summary>
    public static void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> target)
    {
        int i = 0;
        for (; i <= a.Length - Lanes; i += Lanes)
        {
            (Vector256.Create(a[i..]) * Vector256.Create(b[i..])).CopyTo(target[i..]);
        }

        for (; i < a.Length; i++)
        {
            target[i] = a[i] * b[i];
        }
    }

    /// <summary>The stages of strides 2s and s in one pass over memory.</summary>
    private static void TwoStages(ref float x, nuint length, nuint s)
    {
        for (nuint start = 0; start < length; start += 4 * s)
        {
            for (nuint i = start; i < start + s; i += Lanes)
            {
                Vector256<float> a = Vector256.LoadUnsafe(ref x, i), b = Vector256.LoadUnsafe(ref x, i + s);
                Vector256<float> c = Vector256.LoadUnsafe(ref x, i + (2 * s)), d = Vector256.LoadUnsafe(ref x, i + (3 * s));
                Vector256<float> ac = a + c, bd = b + d, a_c = a - c, b_d = b - d;
                (ac + bd).StoreUnsafe(ref x, i);
                (ac - bd).StoreUnsafe(ref x, i + s);
                (a_c + b_d).StoreUnsafe(ref x, i + (2 * s));
                (a_c - b_d).StoreUnsafe(ref x, i + (3 * s));
            }
        }
    }

    private static void OneStage(ref float x, nuint length, nuint s)
    {
        for (nuint start = 0; start < length; start += 2 * s)
        {
            for (nuint i = start; i < start + s; i += Lanes)
            {
                Vector256<float> a = Vector256.LoadUnsafe(ref x, i), b = Vector256.LoadUnsafe(ref x, i + s);
                (a + b).StoreUnsafe(ref x, i);
                (a - b).StoreUnsafe(ref x, i + s);
            }
        }
    }

    /// <summary>The stages of strides 4, 2 and 1 inside a vector: the partner, plus itself or minus itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Within(Vector256<float> v)
    {
        v = Vector256.FusedMultiplyAdd(v, Vector256.Create(1f, 1f, 1f, 1f, -1f, -1f, -1f, -1f), Vector256.Shuffle(v, Vector256.Create(4, 5, 6, 7, 0, 1, 2, 3)));
        v = Vector256.FusedMultiplyAdd(v, Vector256.Create(1f, 1f, -1f, -1f, 1f, 1f, -1f, -1f), Vector256.Shuffle(v, Vector256.Create(2, 3, 0, 1, 6, 7, 4, 5)));
        return Vector256.FusedMultiplyAdd(v, Vector256.Create(1f, -1f, 1f, -1f, 1f, -1f, 1f, -1f), Vector256.Shuffle(v, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6)));
    }
}
