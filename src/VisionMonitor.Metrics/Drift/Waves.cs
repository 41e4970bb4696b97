using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VisionMonitor.Metrics.Drift;

/// <summary>Scaled cosines and sines of many angles at once, in float32 and good to 2e-7.</summary>
internal static class Waves
{
    /// <summary>Beyond this the reduction by two parts of π/2 loses digits; such angles are taken one by one.</summary>
    private const float Far = 8192;

    /// <summary>scale · cos and scale · sin of each angle.</summary>
    public static void Fill(ReadOnlySpan<float> angles, float scale, Span<float> cosines, Span<float> sines)
    {
        Vector256<float> factor = Vector256.Create(scale);
        int i = 0;
        for (; i <= angles.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<float> x = Vector256.Create(angles[i..]);
            if (!Vector256.LessThanAll(Vector256.Abs(x), Vector256.Create(Far)))
            {
                OneByOne(angles.Slice(i, Vector256<float>.Count), scale, cosines[i..], sines[i..]);
                continue;
            }

            (Vector256<float> cosine, Vector256<float> sine) = Of(x);
            (cosine * factor).CopyTo(cosines[i..]);
            (sine * factor).CopyTo(sines[i..]);
        }

        OneByOne(angles[i..], scale, cosines[i..], sines[i..]);
    }

    /// <summary>x = q·π/2 + r with |r| ≤ π/4; Cephes' polynomials of r; which of both, and its sign, by q modulo 4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Cosine, Vector256<float> Sine) Of(Vector256<float> x)
    {
        Vector256<float> turns = Vector256.Round(x * Vector256.Create(0.636619747f));
        Vector256<float> r = Vector256.FusedMultiplyAdd(turns, Vector256.Create(4.37113883e-8f), Vector256.FusedMultiplyAdd(turns, Vector256.Create(-1.57079637f), x));
        Vector256<int> q = Vector256.ConvertToInt32Native(turns);
        Vector256<float> square = r * r;
        Vector256<float> sine = Vector256.FusedMultiplyAdd(Polynomial(square, -1.9515295891e-4f, 8.3321608736e-3f, -1.6666654611e-1f), square * r, r);
        Vector256<float> cosine = Vector256.FusedMultiplyAdd(Polynomial(square, 2.443315711809948e-5f, -1.388731625493765e-3f, 4.166664568298827e-2f), square * square, Vector256.FusedMultiplyAdd(square, Vector256.Create(-0.5f), Vector256<float>.One));
        Vector256<float> odd = Vector256.Equals(q & Vector256<int>.One, Vector256<int>.One).AsSingle();
        Vector256<int> sineSign = (q & Vector256.Create(2)) << 30, cosineSign = ((q + Vector256<int>.One) & Vector256.Create(2)) << 30;
        return ((Vector256.ConditionalSelect(odd, sine, cosine).AsInt32() ^ cosineSign).AsSingle(), (Vector256.ConditionalSelect(odd, cosine, sine).AsInt32() ^ sineSign).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Polynomial(Vector256<float> x, float c2, float c1, float c0) =>
        Vector256.FusedMultiplyAdd(Vector256.FusedMultiplyAdd(Vector256.Create(c2), x, Vector256.Create(c1)), x, Vector256.Create(c0));

    private static void OneByOne(ReadOnlySpan<float> angles, float scale, Span<float> cosines, Span<float> sines)
    {
        for (int i = 0; i < angles.Length; i++)
        {
            (float sine, float cosine) = MathF.SinCos(angles[i]);
            (cosines[i], sines[i]) = (cosine * scale, sine * scale);
        }
    }
}
