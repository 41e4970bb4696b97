using System.Numerics.Tensors;

namespace VisionMonitor.Vision.Heads;

/// <summary>
/// Multinomial logistic regression with an L2 penalty on the weights, by L-BFGS. Numbers are standardised first, which is folded into the
/// weights afterwards, so that one penalty suits every backbone.
/// </summary>
public static class MultinomialLogistic
{
    /// <summary>Fits a head.</summary>
    /// <param name="vectors">Labelled images, at least one.</param>
    /// <param name="penalty">Weight of the squared weights beside the mean loss of an image; above 0.</param>
    /// <param name="isBalanced">Whether every class weighs the same, however many images it has.</param>
    public static LinearHead Fit(LabelledVectors vectors, double penalty, bool isBalanced)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(penalty);
        ArgumentOutOfRangeException.ThrowIfZero(vectors.Count);
        (int dimension, int classCount) = (vectors.Dimension, vectors.ClassCount);
        (double[] rows, double[] means, double[] deviations) = Standardize(vectors);
        double[] importance = Importance(vectors, isBalanced);
        int[] classes = vectors.Classes;
        double[] point = LimitedMemory.Minimize(classCount * (dimension + 1), Loss);
        float[] weights = new float[classCount * dimension], biases = new float[classCount];
        for (int index = 0; index < classCount; index++)
        {
            double bias = point[classCount * dimension + index];
            for (int at = 0; at < dimension; at++)
            {
                double weight = point[index * dimension + at] / deviations[at];
                weights[index * dimension + at] = (float)weight;
                bias -= weight * means[at];
            }

            biases[index] = (float)bias;
        }

        return new(dimension, weights, biases);

        double Loss(ReadOnlySpan<double> at, Span<double> gradient)
        {
            ReadOnlySpan<double> weightsAt = at[..(classCount * dimension)];
            Span<double> weightGradient = gradient[..(classCount * dimension)], biasGradient = gradient[(classCount * dimension)..];
            TensorPrimitives.Multiply(weightsAt, penalty, weightGradient);
            biasGradient.Clear();
            double loss = penalty / 2 * TensorPrimitives.Dot(weightsAt, weightsAt);
            Span<double> scores = stackalloc double[Math.Min(classCount, 512)];
            scores = classCount > 512 ? new double[classCount] : scores;
            for (int image = 0; image < classes.Length; image++)
            {
                ReadOnlySpan<double> row = rows.AsSpan(image * dimension, dimension);
                for (int index = 0; index < classCount; index++)
                {
                    scores[index] = at[classCount * dimension + index] + TensorPrimitives.Dot(weightsAt.Slice(index * dimension, dimension), row);
                }

                double largest = TensorPrimitives.Max((ReadOnlySpan<double>)scores), sum = 0, own = scores[classes[image]];
                for (int index = 0; index < classCount; index++)
                {
                    sum += scores[index] = Math.Exp(scores[index] - largest);
                }

                loss += importance[image] * (Math.Log(sum) + largest - own);
                for (int index = 0; index < classCount; index++)
                {
                    double error = importance[image] * (scores[index] / sum - (classes[image] == index ? 1 : 0));
                    Span<double> part = weightGradient.Slice(index * dimension, dimension);
                    TensorPrimitives.MultiplyAdd(row, error, part, part);
                    biasGradient[index] += error;
                }
            }

            return loss;
        }
    }

    /// <summary>Each image's weight; they sum to 1.</summary>
    private static double[] Importance(LabelledVectors vectors, bool isBalanced)
    {
        int[] counts = vectors.Counts();
        int present = counts.Count(count => count > 0);
        return [.. vectors.Classes.Select(index => isBalanced ? 1.0 / present / counts[index] : 1.0 / vectors.Count)];
    }

    private static (double[] Rows, double[] Means, double[] Deviations) Standardize(LabelledVectors vectors)
    {
        int dimension = vectors.Dimension;
        double[] means = new double[dimension], deviations = new double[dimension], rows = [.. vectors.Values.Select(value => (double)value)];
        for (int at = 0; at < rows.Length; at++)
        {
            means[at % dimension] += rows[at] / vectors.Count;
        }

        for (int at = 0; at < rows.Length; at++)
        {
            rows[at] -= means[at % dimension];
            deviations[at % dimension] += rows[at] * rows[at] / vectors.Count;
        }

        for (int at = 0; at < dimension; at++)
        {
            // A number that never changes tells nothing; its weight stays 0.
            deviations[at] = deviations[at] > 1e-20 ? Math.Sqrt(deviations[at]) : 1;
        }

        for (int at = 0; at < rows.Length; at++)
        {
            rows[at] /= deviations[at % dimension];
        }

        return (rows, means, deviations);
    }
}
