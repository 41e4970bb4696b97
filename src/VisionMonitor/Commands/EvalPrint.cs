using System.Collections.Concurrent;
using System.CommandLine;
using System.Runtime.ExceptionServices;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Commands;

/// <summary>From evidence to printed numbers: once for the values, and once per bootstrap replicate for the intervals.</summary>
internal sealed class EvalPrint
{
    private readonly Option<EvalFormat> _format = EvalOptions.Format();
    private readonly Option<int> _bootstrap = EvalOptions.Bootstrap();
    private readonly Option<ulong> _seed = EvalOptions.Seed();
    private readonly Option<int> _threads = EvalOptions.AtLeast(1, new Option<int>("--threads") { Description = "Threads; the result does not depend on it.", DefaultValueFactory = _ => Environment.ProcessorCount, HelpName = "N" });

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_format, _bootstrap, _seed, _threads])
        {
            command.Options.Add(option);
        }
    }

    public int Threads(ParseResult parsed) => parsed.GetValue(_threads);

    /// <summary>Compares every record on several threads; the evidence keeps the order of the records.</summary>
    public TEvidence[] Compare<TEvidence>(ParseResult parsed, int count, Func<int, TEvidence> compare)
    {
        var evidence = new TEvidence[count];
        ConcurrentDictionary<int, Exception> failures = [];
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Threads(parsed) }, (i, loop) =>
        {
            try
            {
                evidence[i] = compare(i);
            }
            catch (Exception failure)
            {
                // Those before it are still compared, so that the record that is named is the first bad one, for any number of threads.
                failures[i] = failure;
                loop.Break();
            }
        });
        if (!failures.IsEmpty)
        {
            ExceptionDispatchInfo.Throw(failures[failures.Keys.Min()]);
        }

        return evidence;
    }

    /// <summary>Prints the numbers of all records, each of weight 1.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="count">How many records the bootstrap draws from.</param>
    /// <param name="numbers">From weights (empty: 1 each) to numbers; the paths must not depend on the weights.</param>
    /// <param name="finish">Adds facts that have no interval.</param>
    public int Print(ParseResult parsed, int count, Func<ReadOnlyMemory<double>, EvalNumbers> numbers, Action<EvalNumbers>? finish = null)
    {
        EvalNumbers all = numbers(default);
        int replicates = parsed.GetValue(_bootstrap);
        if (replicates > 0)
        {
            double[] ones = new double[count];
            Array.Fill(ones, 1);
            all.SetIntervals(Bootstrap.Percentile(ones, replicates, parsed.GetValue(_seed), all.StatisticCount, (weights, into) => numbers(weights.ToArray()).CopyStatistics(into), degreeOfParallelism: Threads(parsed)));
        }

        finish?.Invoke(all);
        all.Print(parsed.GetValue(_format), Console.Out);
        return 0;
    }
}
