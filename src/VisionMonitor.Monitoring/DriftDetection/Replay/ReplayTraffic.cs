using VisionMonitor.Metrics.Drift.Watch;

namespace VisionMonitor.Monitoring.DriftDetection.Replay;

/// <summary>
/// Traffic of one replay, hour by hour: volume and class mix follow the day, the mix and the share of a second harmless look wander from hour to hour
/// (AR(1) with the given correlation). Everything comes from the seed.
/// </summary>
public sealed class ReplayTraffic
{
    /// <summary>Relative standard deviation of a class's weight, as a Dirichlet law of 20 a class has.</summary>
    private const double MixJitter = 0.22;
    private const double LookJitter = 0.4;
    private readonly ReplayWorld _world;
    private readonly ReplayOptions _options;
    private readonly ulong _seed;
    private readonly double[][] _wander;

    /// <summary>Draws how mix and look wander.</summary>
    public ReplayTraffic(ReplayWorld world, ReplayOptions options, int hours, ulong seed)
    {
        (_world, _options, _seed) = (world, options, seed);
        ReplayRandom random = new(seed, -1);
        _wander = new double[hours][];
        double[] state = [.. Enumerable.Range(0, world.KindCount + 1).Select(_ => random.Normal())];
        for (int hour = 0; hour < hours; hour++)
        {
            for (int i = 0; i < state.Length; i++)
            {
                state[i] = (options.Autocorrelation * state[i]) + (Math.Sqrt(1 - (options.Autocorrelation * options.Autocorrelation)) * random.Normal());
            }

            _wander[hour] = [.. state];
        }
    }

    /// <summary>The window of an hour; the same hour and shift are the same window.</summary>
    public DriftWindow Hour(int hour, ReplayShift? shift)
    {
        ReplayRandom random = new(_seed, hour);
        double day = 2 * Math.PI * (hour % 24) / 24;
        int count = Math.Max(8, (int)Math.Round(_options.ImagesPerHour * (1 + (0.25 * Math.Sin(day)))));
        double[] cumulative = Cumulative(hour, day, shift);
        double look = 1 / (1 + Math.Exp(-(0.5 * Math.Cos(day)) - (LookJitter * _wander[hour][^1])));
        double[] sum = new double[_world.Layout.RowLength], counts = new double[_world.ClassCount];
        for (int i = 0; i < count; i++)
        {
            int kind = random.Pick(cumulative);
            int variant = random.Uniform() < look ? 1 : 0;
            bool isShifted = shift?.Images is not null && random.Uniform() < shift.Share;
            ReplayImages images = isShifted ? shift!.Images! : _world.Healthy;
            int[] cell = images.Of(kind, hour % 24, variant);
            cell = cell.Length > 0 ? cell : images.Of(images.Kinds[0], hour % 24, variant);
            int image = cell[random.Below(cell.Length)];
            Add(images.Rows.AsSpan(image * sum.Length, sum.Length), sum);
            counts[images.Predicted[image]]++;
        }

        return _world.Reference.Window(hour, counts, sum);
    }

    private double[] Cumulative(int hour, double day, ReplayShift? shift)
    {
        double[] weights = new double[_world.KindCount];
        double total = 0;
        for (int kind = 0; kind < weights.Length; kind++)
        {
            double cycle = 0.35 * Math.Sin(day + (2 * Math.PI * kind / weights.Length));
            total += Math.Exp(cycle + (MixJitter * _wander[hour][kind])) * (shift?.MoreOfKind == kind ? shift.Factor : 1);
            weights[kind] = total;
        }

        return weights;
    }

    private static void Add(ReadOnlySpan<float> row, Span<double> sum)
    {
        for (int j = 0; j < row.Length; j++)
        {
            sum[j] += row[j];
        }
    }
}
