using System.Numerics;

namespace VisionMonitor.Metrics.Drift;

/// <summary>A function of a pair of rows whose means over pairs make a discrepancy: k within + k within − 2·k between.</summary>
public readonly record struct PairKernel
{
    private PairKernel(PairKernelKind kind, double parameter) => (Kind, Parameter) = (kind, parameter);

    internal PairKernelKind Kind { get; }

    internal double Parameter { get; }

    /// <summary>exp(−‖x − y‖² / 2σ²): the squared maximum mean discrepancy.</summary>
    /// <param name="bandwidth">σ, finite and above 0.</param>
    public static PairKernel Gaussian(double bandwidth) => bandwidth > 0 && double.IsFinite(bandwidth)
        ? new PairKernel(PairKernelKind.Gaussian, 1 / (2 * bandwidth * bandwidth))
        : throw new ArgumentOutOfRangeException(nameof(bandwidth), bandwidth, "A bandwidth is finite and above 0.");

    /// <summary>−‖x − y‖: the energy distance.</summary>
    public static PairKernel Energy { get; } = new(PairKernelKind.Energy, 0);

    /// <summary>(x·y / d + 1)³: the kernel inception distance.</summary>
    /// <param name="dimension">d, length of a row.</param>
    public static PairKernel Cubic(int dimension) => new(PairKernelKind.Cubic, 1.0 / dimension);

    /// <summary>From dot products of one row with others to kernel values, in place.</summary>
    internal void Apply<T>(Span<T> dots, T square, ReadOnlySpan<T> squares)
        where T : unmanaged, INumber<T>, IRootFunctions<T>, IExponentialFunctions<T>
    {
        Vector<T> own = new(square), factor = new(T.CreateChecked(Kind == PairKernelKind.Gaussian ? -Parameter : Parameter));
        int i = 0;
        for (; i <= dots.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<T> dot = new(dots[i..]);
            if (Kind == PairKernelKind.Cubic)
            {
                Vector<T> linear = (dot * factor) + Vector<T>.One;
                (linear * linear * linear).CopyTo(dots[i..]);
                continue;
            }

            Vector<T> distance = Vector.Max(own + new Vector<T>(squares[i..]) - dot - dot, Vector<T>.Zero);
            (Kind == PairKernelKind.Energy ? -Vector.SquareRoot(distance) : Exp(distance * factor)).CopyTo(dots[i..]);
        }

        for (; i < dots.Length; i++)
        {
            dots[i] = One(dots[i], square, squares[i]);
        }
    }

    /// <summary>A row with itself.</summary>
    internal T Diagonal<T>(T square)
        where T : unmanaged, INumber<T>, IRootFunctions<T>, IExponentialFunctions<T> => Kind == PairKernelKind.Cubic ? One(square, square, square) : Kind == PairKernelKind.Energy ? T.Zero : T.One;

    private T One<T>(T dot, T square, T other)
        where T : unmanaged, INumber<T>, IRootFunctions<T>, IExponentialFunctions<T>
    {
        T parameter = T.CreateChecked(Parameter), linear = (dot * parameter) + T.One, distance = T.Max(square + other - dot - dot, T.Zero);
        return Kind switch
        {
            PairKernelKind.Cubic => linear * linear * linear,
            PairKernelKind.Energy => -T.Sqrt(distance),
            _ => T.Exp(-parameter * distance),
        };
    }

    private static Vector<T> Exp<T>(Vector<T> x) => typeof(T) == typeof(float) ? ExpOfNegative(x.As<T, float>()).As<float, T>() : Vector.Exp(x.As<T, double>()).As<double, T>();

    /// <summary>eˣ for x up to 0, to 2e-7 of its value: 2ⁿ times the Taylor series of what is left, at most ½·ln 2 away from 0. Below −87 it is e⁻⁸⁷.</summary>
    internal static Vector<float> ExpOfNegative(Vector<float> x)
    {
        x = Vector.Max(x, new Vector<float>(-87f));
        Vector<float> n = Vector.Round(x * 1.44269504f);

        // ln 2 in two parts, the first of few bits, so that n times it is exact.
        Vector<float> rest = Vector.FusedMultiplyAdd(n, new Vector<float>(2.12194440e-4f), Vector.FusedMultiplyAdd(n, new Vector<float>(-0.693359375f), x)), sum = new(1f / 5040);
        foreach (float coefficient in (ReadOnlySpan<float>)[1f / 720, 1f / 120, 1f / 24, 1f / 6, 1f / 2, 1, 1])
        {
            sum = Vector.FusedMultiplyAdd(sum, rest, new Vector<float>(coefficient));
        }

        return sum * Vector.AsVectorSingle(Vector.ShiftLeft(Vector.ConvertToInt32(n) + new Vector<int>(127), 23));
    }
}

/// <summary>Which function of a pair.</summary>
internal enum PairKernelKind
{
    Gaussian,
    Energy,
    Cubic,
}
