using System.Runtime.Intrinsics;

namespace VisionMonitor.Metrics.Classification;

/// <summary>What one pass over the probabilities of an image tells.</summary>
/// <param name="Highest">The highest probability.</param>
/// <param name="Higher">Probabilities above that of the labelled class.</param>
/// <param name="Tied">Probabilities equal to that of the labelled class, itself among them.</param>
/// <param name="Squares">Sum of the squared probabilities.</param>
internal readonly record struct Tally(double Highest, int Higher, int Tied, double Squares)
{
    /// <summary>Divides what is given by its sum, in place, and looks at the probabilities that result.</summary>
    /// <param name="values">Probabilities times the sum.</param>
    /// <param name="sum">1 where they are probabilities already, which changes no bit of them.</param>
    /// <param name="truth">The labelled class.</param>
    /// <exception cref="ArgumentException">A probability is NaN or outside 0 to 1.</exception>
    public static Tally Of(double[] values, double sum, int truth)
    {
        double own = values[truth] / sum;
        Vector512<double> sums = Vector512.Create(sum), owns = Vector512.Create(own), highests = Vector512.Create(double.NegativeInfinity), squared = Vector512<double>.Zero;
        Vector512<long> above = Vector512<long>.Zero, equal = Vector512<long>.Zero, possible = Vector512<long>.AllBitsSet;
        int c = 0;
        for (; c <= values.Length - Vector512<double>.Count; c += Vector512<double>.Count)
        {
            Vector512<double> p = Vector512.Create(values, c) / sums;
            p.CopyTo(values, c);
            possible &= (Vector512.GreaterThanOrEqual(p, Vector512<double>.Zero) & Vector512.LessThanOrEqual(p, Vector512<double>.One)).AsInt64();
            highests = Vector512.MaxNative(highests, p);

            // A comparison that holds is −1.
            above -= Vector512.GreaterThan(p, owns).AsInt64();
            equal -= Vector512.Equals(p, owns).AsInt64();
            squared += p * p;
        }

        double highest = double.NegativeInfinity, squares = 0;
        for (int lane = 0; lane < Vector512<double>.Count; lane++)
        {
            highest = Math.Max(highest, highests[lane]);
            squares += squared[lane];
        }

        bool isPossible = possible == Vector512<long>.AllBitsSet;
        int higher = (int)Vector512.Sum(above), tied = (int)Vector512.Sum(equal);
        for (; c < values.Length; c++)
        {
            double p = values[c] /= sum;
            isPossible &= p >= 0 && p <= 1;
            highest = p > highest ? p : highest;
            higher += p > own ? 1 : 0;
            tied += p == own ? 1 : 0;
            squares += p * p;
        }

        if (!isPossible)
        {
            int wrong = Array.FindIndex(values, p => !(p >= 0 && p <= 1));
            throw new ArgumentException($"The probability of class {wrong} is {values[wrong]}: probabilities lie between 0 and 1.", nameof(values));
        }

        return new Tally(highest, higher, tied, squares);
    }
}
