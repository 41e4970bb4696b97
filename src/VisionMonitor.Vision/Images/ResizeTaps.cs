namespace VisionMonitor.Vision.Images;

/// <summary>
/// The weights of one axis: output position i is the sum of <see cref="Count"/>[i] input positions from <see cref="First"/>[i] on.
/// Weights are integers of <see cref="FractionBits"/> bits, as in PIL, so the result is the same on every machine.
/// </summary>
internal sealed class ResizeTaps
{
    /// <summary>Bits behind the point: 8 for the pixel and 2 of headroom are left of an int.</summary>
    public const int FractionBits = 32 - 8 - 2;

    private ResizeTaps(int count, int stride)
    {
        First = new int[count];
        Count = new int[count];
        Stride = stride;
        Weights = new int[count * stride];
    }

    public int[] First { get; }

    public int[] Count { get; }

    /// <summary>Distance between the weights of neighbouring positions in <see cref="Weights"/>.</summary>
    public int Stride { get; }

    public int[] Weights { get; }

    /// <summary>
    /// Whether the picture between the passes has 8 bits, as in PIL; torch and OpenCV round and clip once, at the end, which a cubic
    /// filter's overshoot shows.
    /// </summary>
    public bool IsRoundedBetween { get; private set; } = true;

    /// <summary>Every output is one input with the whole weight: the pass is a copy.</summary>
    public bool IsIdentity { get; private set; }

    /// <summary>Weights for a part of the axis.</summary>
    /// <param name="inputLength">Length of the input axis.</param>
    /// <param name="outputLength">Length that the whole input would be resized to.</param>
    /// <param name="kernel">The filter.</param>
    /// <param name="start">First output position wanted; for a crop of the resized axis.</param>
    /// <param name="count">Number of output positions wanted.</param>
    public static ResizeTaps Create(int inputLength, int outputLength, ResizeKernel kernel, int start, int count)
    {
        double step = (double)inputLength / outputLength;
        bool isAntialiased = kernel is ResizeKernel.BilinearAntialiased or ResizeKernel.BicubicAntialiased;
        double widening = isAntialiased ? Math.Max(step, 1) : 1;
        double support = SupportOf(kernel) * widening;
        ResizeTaps taps = new(count, (int)Math.Ceiling(support) * 2 + 1);
        taps.IsIdentity = inputLength == outputLength;
        taps.IsRoundedBetween = isAntialiased || kernel == ResizeKernel.Nearest;
        if (kernel == ResizeKernel.Nearest)
        {
            taps.SetNearest(step, inputLength, start);
            return taps;
        }

        double[] weights = new double[taps.Stride];
        for (int index = 0; index < count; index++)
        {
            double centre = (start + index + 0.5) * step;
            int from = (int)Math.Floor(centre - support + 0.5);
            int to = (int)Math.Floor(centre + support + 0.5);
            int first = Math.Clamp(from, 0, inputLength - 1);
            int last = Math.Clamp(to - 1, first, inputLength - 1);
            Span<double> span = weights.AsSpan(0, last - first + 1);
            span.Clear();
            for (int position = from; position < to; position++)
            {
                double weight = Filter(kernel, (position - centre + 0.5) / widening);

                // Beyond the edge PIL leaves taps out and scales the rest up; OpenCV repeats the edge pixel.
                if (position >= first && position <= last)
                {
                    span[position - first] += weight;
                }
                else if (!isAntialiased)
                {
                    span[position < first ? 0 : ^1] += weight;
                }
            }

            taps.Set(index, first, span);
        }

        return taps;
    }

    /// <summary>PIL adds the step up, so a centre that falls between two pixels goes where its rounding sends it.</summary>
    private void SetNearest(double step, int inputLength, int start)
    {
        double centre = step * 0.5;
        for (int position = 0; position < start + First.Length; position++, centre += step)
        {
            if (position >= start)
            {
                Set(position - start, Math.Clamp((int)centre, 0, inputLength - 1), [1.0]);
            }
        }
    }

    private void Set(int index, int first, ReadOnlySpan<double> weights)
    {
        double sum = 0;
        foreach (double weight in weights)
        {
            sum += weight;
        }

        First[index] = first;
        Count[index] = weights.Length;
        for (int tap = 0; tap < weights.Length; tap++)
        {
            Weights[index * Stride + tap] = (int)Math.Round(weights[tap] / sum * (1 << FractionBits), MidpointRounding.AwayFromZero);
        }
    }

    private static double SupportOf(ResizeKernel kernel) => kernel is ResizeKernel.Bicubic or ResizeKernel.BicubicAntialiased ? 2 : 1;

    private static double Filter(ResizeKernel kernel, double x)
    {
        x = Math.Abs(x);
        if (kernel is ResizeKernel.Bilinear or ResizeKernel.BilinearAntialiased)
        {
            return Math.Max(0, 1 - x);
        }

        double a = kernel == ResizeKernel.BicubicAntialiased ? -0.5 : -0.75;
        return x switch
        {
            < 1 => ((a + 2) * x - (a + 3)) * x * x + 1,
            < 2 => (((x - 5) * x + 8) * x - 4) * a,
            _ => 0,
        };
    }
}
