using System.Numerics;
using System.Runtime.Intrinsics;

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
        Vector512<T> own = Vector512.Create(square), factor = Vector512.Create(T.CreateChecked(Kind == PairKernelKind.Gaussian ? -Parameter : Parameter)), one = Vector512.Create(T.One);
        int i = 0;
        for (; i <= dots.Length - Vector512<T>.Count; i += Vector512<T>.Count)
        {
            Vector512<T> dot = Vector512.Create<T>(dots[i..]);
            if (Kind == PairKernelKind.Cubic)
            {
                Vector512<T> linear = (dot * factor) + one;
                (linear * linear * linear).CopyTo(dots[i..]);
                continue;
            }

            Vector512<T> distance = Vector512.Max(own + Vector512.Create(squares[i..]) - dot - dot, Vector512<T>.Zero);
            (Kind == PairKernelKind.Energy ? -Vector512.Sqrt(distance) : Exp(distance * factor)).CopyTo(dots[i..]);
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

    private static Vector512<T> Exp<T>(Vector512<T> x) => typeof(T) == typeof(float) ? Vector512.Exp(x.AsSingle()).As<float, T>() : Vector512.Exp(x.AsDouble()).As<double, T>();
}

/// <summary>Which function of a pair.</summary>
internal enum PairKernelKind
{
    Gaussian,
    Energy,
    Cubic,
}
