namespace VisionMonitor.Vision.Models;

/// <summary>One vector for one image out of whatever shape a backbone gives.</summary>
internal static class EmbeddingVector
{
    /// <summary>A flat output as it is, the first of a sequence (CLS), the mean of a feature map.</summary>
    public static float[] Of(OutputTensor output)
    {
        ReadOnlySpan<float> values = output.Values;
        IReadOnlyList<int> shape = output.Shape;
        if (shape.Count == 3)
        {
            return values[..shape[2]].ToArray();
        }

        if (shape.Count < 4 || shape[2] * shape[3] == 1)
        {
            return values.ToArray();
        }

        float[] means = new float[shape[1]];
        int area = shape[2] * shape[3];
        for (int channel = 0; channel < means.Length; channel++)
        {
            double sum = 0;
            foreach (float value in values.Slice(channel * area, area))
            {
                sum += value;
            }

            means[channel] = (float)(sum / area);
        }

        return means;
    }
}
