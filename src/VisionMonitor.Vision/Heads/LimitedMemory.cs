using System.Numerics.Tensors;

namespace VisionMonitor.Vision.Heads;

/// <summary>Writes the gradient at a point and returns the value there.</summary>
internal delegate double Objective(ReadOnlySpan<double> point, Span<double> gradient);

/// <summary>L-BFGS with ten pairs and a backtracking line search (Nocedal and Wright, algorithms 7.4 and 3.1).</summary>
internal static class LimitedMemory
{
    private const int PairCount = 10;
    private const double SufficientDecrease = 1e-4;

    /// <summary>The point where a convex function is smallest, from zero.</summary>
    public static double[] Minimize(int length, Objective objective, int mostSteps = 200, double tolerance = 1e-5)
    {
        double[] point = new double[length], gradient = new double[length], next = new double[length], nextGradient = new double[length], direction = new double[length];
        double value = objective(point, gradient);
        LinkedList<(double[] Step, double[] Change, double Scale)> pairs = [];
        for (int step = 0; step < mostSteps && TensorPrimitives.MaxMagnitude<double>(gradient) is var steepest && Math.Abs(steepest) > tolerance; step++)
        {
            Direct(gradient, pairs, direction);
            double slope = TensorPrimitives.Dot<double>(gradient, direction);
            double length0 = pairs.Count == 0 ? Math.Min(1, 1 / TensorPrimitives.Norm<double>(gradient)) : 1;
            double nextValue;
            while (true)
            {
                TensorPrimitives.MultiplyAdd(direction, length0, point, next);
                nextValue = objective(next, nextGradient);
                if (nextValue <= value + SufficientDecrease * length0 * slope || length0 < 1e-12)
                {
                    break;
                }

                length0 /= 2;
            }

            double[] moved = new double[length], change = new double[length];
            TensorPrimitives.Subtract<double>(next, point, moved);
            TensorPrimitives.Subtract<double>(nextGradient, gradient, change);
            double curvature = TensorPrimitives.Dot<double>(moved, change);
            if (curvature > 1e-12)
            {
                pairs.AddLast((moved, change, 1 / curvature));
                if (pairs.Count > PairCount)
                {
                    pairs.RemoveFirst();
                }
            }

            bool isDone = Math.Abs(value - nextValue) <= 1e-10 * Math.Max(1, Math.Abs(value));
            (point, next, gradient, nextGradient, value) = (next, point, nextGradient, gradient, nextValue);
            if (isDone)
            {
                break;
            }
        }

        return point;
    }

    /// <summary>The two loops: minus the approximate inverse Hessian times the gradient.</summary>
    private static void Direct(double[] gradient, LinkedList<(double[] Step, double[] Change, double Scale)> pairs, double[] direction)
    {
        TensorPrimitives.Negate<double>(gradient, direction);
        double[] shares = new double[pairs.Count];
        int at = pairs.Count;
        for (var node = pairs.Last; node is not null; node = node.Previous)
        {
            double share = shares[--at] = node.Value.Scale * TensorPrimitives.Dot<double>(node.Value.Step, direction);
            TensorPrimitives.MultiplyAdd(node.Value.Change, -share, direction, direction);
        }

        if (pairs.Last is { Value: var last })
        {
            TensorPrimitives.Multiply(direction, 1 / (last.Scale * TensorPrimitives.Dot<double>(last.Change, last.Change)), direction);
        }

        for (var node = pairs.First; node is not null; node = node.Next, at++)
        {
            double back = node.Value.Scale * TensorPrimitives.Dot<double>(node.Value.Change, direction);
            TensorPrimitives.MultiplyAdd(node.Value.Step, shares[at] - back, direction, direction);
        }
    }
}
