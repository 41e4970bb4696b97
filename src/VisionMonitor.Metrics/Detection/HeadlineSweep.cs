using System.Numerics;
using System.Runtime.CompilerServices;

namespace VisionMonitor.Metrics.Detection;

/// <summary>
/// The sweep for bootstrap replicates: only the first area and the most detections, from events laid out once. Gives the same class
/// means as <see cref="PrecisionSweep"/>. Immutable; safe on any thread.
/// </summary>
internal sealed class HeadlineSweep
{
    private const double Spacing = 2.220446049250313e-16;

    private readonly MatchPlan _plan;
    private readonly RankedPredictions _ranked;
    private readonly int[] _starts;
    private readonly int[] _images;

    /// <summary>Index into <see cref="_right"/> and <see cref="_wrong"/>, or −1 for a prediction wrong at every threshold.</summary>
    private readonly int[] _details;
    private readonly ulong[] _right;
    private readonly ulong[] _wrong;
    private readonly int _words;
    private readonly int _mostRight;

    public HeadlineSweep(MatchPlan plan, RankedPredictions ranked)
    {
        (_plan, _ranked) = (plan, ranked);
        _words = (plan.ThresholdCount + 63) / 64;
        _starts = new int[plan.ClassCount + 1];
        List<int> images = new(ranked.Images.Length), details = new(ranked.Images.Length);
        List<ulong> right = [], wrong = [];
        for (int c = 0, mixed = 0; c < plan.ClassCount; c++)
        {
            for (int i = ranked.Starts[c]; i < ranked.Starts[c + 1]; i++)
            {
                byte pattern = ranked.Patterns[i];
                if (pattern != RankedPredictions.Mixed && (pattern & 1) == 0)
                {
                    continue;
                }

                images.Add(ranked.Images[i]);
                details.Add(pattern == RankedPredictions.Mixed ? mixed : -1);
                for (int w = 0; pattern == RankedPredictions.Mixed && w < _words; w++)
                {
                    // The first area's planes are the first bits.
                    ulong mask = plan.AreaMasks[w];
                    right.Add(ranked.Right[(mixed * plan.WordCount) + w] & mask);
                    wrong.Add(ranked.Wrong[(mixed * plan.WordCount) + w] & mask);
                }

                mixed += pattern == RankedPredictions.Mixed ? 1 : 0;
            }

            _starts[c + 1] = images.Count;
            for (int t = 0; t < plan.ThresholdCount; t++)
            {
                _mostRight = Math.Max(_mostRight, ranked.RightCounts[(c * plan.PlaneCount) + t]);
            }
        }

        (_images, _details, _right, _wrong) = ([.. images], [.. details], [.. right], [.. wrong]);
    }

    /// <summary>Each class's mean precision over thresholds and recall points; NaN where there is no object to find.</summary>
    public void Means(double[] weightOf, Span<double> means)
    {
        double[] truths = _ranked.WeightedTruths(_plan, weightOf);
        var state = new State(_plan, _mostRight);
        for (int c = 0; c < _plan.ClassCount; c++)
        {
            double objects = truths[c * _plan.AreaCount];
            if (!(objects > 0))
            {
                means[c] = double.NaN;
                continue;
            }

            state.Clear();
            Sweep(c, weightOf, objects, state);
            means[c] = state.Mean();
        }
    }

    private void Sweep(int classIndex, double[] weightOf, double objects, State state)
    {
        double wrongEverywhere = 0;
        for (int e = _starts[classIndex]; e < _starts[classIndex + 1]; e++)
        {
            double weight = weightOf[_images[e]];
            int detail = _details[e];
            if (detail < 0)
            {
                wrongEverywhere += weight;
                continue;
            }

            for (int w = 0; w < _words; w++)
            {
                for (ulong rest = _right[(detail * _words) + w]; rest != 0; rest &= rest - 1)
                {
                    state.Hit((w * 64) + BitOperations.TrailingZeroCount(rest), weight, wrongEverywhere, objects);
                }

                for (ulong rest = _wrong[(detail * _words) + w]; rest != 0; rest &= rest - 1)
                {
                    state.Wrong[(w * 64) + BitOperations.TrailingZeroCount(rest)] += weight;
                }
            }
        }
    }

    private sealed class State(MatchPlan plan, int mostRight)
    {
        private readonly double[] _right = new double[plan.ThresholdCount];
        private readonly int[] _used = new int[plan.ThresholdCount];
        private readonly double[] _recalls = new double[plan.ThresholdCount * mostRight];
        private readonly double[] _precisions = new double[plan.ThresholdCount * mostRight];
        private readonly double[] _read = new double[plan.ThresholdCount * plan.RecallPoints.Length];

        public double[] Wrong { get; } = new double[plan.ThresholdCount];

        public void Clear()
        {
            Array.Clear(_right);
            Array.Clear(_used);
            Array.Clear(Wrong);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Hit(int threshold, double weight, double wrongEverywhere, double objects)
        {
            double right = _right[threshold] += weight;
            int at = (threshold * mostRight) + _used[threshold]++;
            _recalls[at] = right / objects;
            _precisions[at] = right / (wrongEverywhere + Wrong[threshold] + right + Spacing);
        }

        public double Mean()
        {
            double[] points = plan.RecallPoints;
            for (int t = 0; t < plan.ThresholdCount; t++)
            {
                int used = _used[t], at = 0;
                ReadOnlySpan<double> recalls = _recalls.AsSpan(t * mostRight, used);
                Span<double> peaks = _precisions.AsSpan(t * mostRight, used), read = _read.AsSpan(t * points.Length, points.Length);
                for (int i = used - 1; i > 0; i--)
                {
                    peaks[i - 1] = Math.Max(peaks[i - 1], peaks[i]);
                }

                for (int r = 0; r < points.Length; r++)
                {
                    at = r > 0 && points[r] < points[r - 1] ? 0 : at;
                    while (at < used && recalls[at] < points[r])
                    {
                        at++;
                    }

                    read[r] = at < used ? peaks[at] : 0;
                }
            }

            return PairwiseSum.Sum(_read) / _read.Length;
        }
    }
}
