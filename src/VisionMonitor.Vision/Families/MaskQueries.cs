using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// Mask2Former and MaskFormer as Hugging Face exports them: <c>class_queries_logits [1, Q, C + 1]</c>, whose last class is "no object", and
/// <c>masks_queries_logits [1, Q, h, w]</c>. Each pixel goes to the sure query with the largest class × mask probability; a segment that keeps
/// little of its own mask is left out.
/// </summary>
public sealed class MaskQueries : IModelFamily
{
    /// <summary>The part of a query's own mask that it must keep, as in the authors' post-processing.</summary>
    private const double KeptShare = 0.8;

    private const int MostQueries = 300;

    /// <inheritdoc/>
    public string Id => "mask-queries";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Panoptic;

    /// <inheritdoc/>
    public ContractGuess? Recognize(OnnxSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        OnnxTensorType? classes = signature.Outputs.FirstOrDefault(output => output is { Name: "class_queries_logits", Shape.Count: 3 });
        OnnxTensorType? masks = signature.Outputs.FirstOrDefault(output => output.Name == "masks_queries_logits");
        if (signature.Outputs.Count == 2 && classes is null && masks is null)
        {
            // Where an exporter chose other names: so many queries with classes, and a map for each.
            classes = signature.Outputs.FirstOrDefault(output => output.Shape is [1 or -1, > 1 and <= MostQueries, > 1]);
            masks = signature.Outputs.FirstOrDefault(output => classes is not null && output.Shape is [1 or -1, var count, > 1, > 1] && count == classes.Shape[1]);
        }

        if (classes is null || masks is null || signature.ImageInput is not { Shape.Count: 4 })
        {
            return null;
        }

        ModelInput input = Suggestion.Input(signature) with { Mean = Suggestion.ImageNetMean, Deviation = Suggestion.ImageNetDeviation };
        ContractGuess guess = Suggestion.Of(this, signature, input, classes.Shape[2] - 1, Suggestion.Assumed("RGB with ImageNet's mean and deviation, stretched"));
        return guess with
        {
            Contract = guess.Contract with
            {
                Outputs = [classes.Name, masks.Name],
                Thresholds = new() { Confidence = 0.8 },
                StuffClasses = CustomaryClasses.StuffOf(guess.Contract.Classes),
            },
        };
    }

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(contract);
        (OutputTensor classes, OutputTensor masks) = (outputs[0], outputs[1]);
        Shapes.Require(classes, classes.Shape is [1, > 0, > 1], "[1, queries, classes + 1]");
        Shapes.Require(masks, masks.Shape is [1, > 0, > 0, > 0] && masks.Shape[1] == classes.Shape[1], $"[1, {classes.Shape[1]}, rows, columns]");
        List<(int Query, int ClassIndex, float Confidence)> sure = SureQueries(classes, contract.Thresholds.Confidence);
        int pixelCount = placement.ImageWidth * placement.ImageHeight;
        int[] winners = new int[pixelCount];
        long[] own = new long[sure.Count], kept = new long[sure.Count];
        double[] everywhere = new double[sure.Count], inside = new double[sure.Count];
        float[] best = ShareOut(masks, sure, placement, winners, own, everywhere);
        for (int pixel = 0; pixel < winners.Length; pixel++)
        {
            if (winners[pixel] is > 0 and int winner)
            {
                kept[winner - 1]++;
                inside[winner - 1] += best[pixel] / sure[winner - 1].Confidence;
            }
        }

        int[] ids = new int[sure.Count + 1];
        List<PredictedSegment> segments = [];
        for (int index = 0; index < sure.Count; index++)
        {
            if (kept[index] > 0 && own[index] > 0 && (double)kept[index] / own[index] > KeptShare)
            {
                ids[index + 1] = segments.Count + 1;
                segments.Add(new(segments.Count + 1, sure[index].ClassIndex, Math.Round(sure[index].Confidence, 6)) { ExpectedOverlap = PredictedSegment.OverlapOf(inside[index], kept[index], everywhere[index]) });
            }
        }

        for (int pixel = 0; pixel < winners.Length; pixel++)
        {
            winners[pixel] = ids[winners[pixel]];
        }

        return new PanopticPrediction(ClassMap.From(placement.ImageWidth, placement.ImageHeight, winners), segments);
    }

    private static List<(int Query, int ClassIndex, float Confidence)> SureQueries(OutputTensor classes, double threshold)
    {
        int width = classes.Shape[2];
        List<(int, int, float)> sure = [];
        for (int query = 0; query < classes.Shape[1]; query++)
        {
            (int classIndex, float confidence) = DetrDetection.BestClass(classes.Values.Slice(query * width, width), out bool isObject);
            if (isObject && confidence >= threshold)
            {
                sure.Add((query, classIndex, confidence));
            }
        }

        return sure;
    }

    /// <summary>Writes for every pixel 1 + the index of the winning query, counts the pixels that each query's own mask covers, and sums its probability.</summary>
    /// <returns>For every pixel the winner's class × mask probability.</returns>
    private static float[] ShareOut(
        OutputTensor masks,
        List<(int Query, int ClassIndex, float Confidence)> sure,
        in Placement placement,
        Span<int> winners,
        Span<long> own,
        Span<double> everywhere)
    {
        (int rows, int columns) = (masks.Shape[2], masks.Shape[3]);
        (MapSampling across, MapSampling down) = (MapSampling.Across(placement, columns), MapSampling.Down(placement, rows));
        float[] best = new float[winners.Length];
        for (int index = 0; index < sure.Count; index++)
        {
            ReadOnlySpan<float> plane = masks.Values.Slice(sure[index].Query * rows * columns, rows * columns);
            for (int y = 0, pixel = 0; y < placement.ImageHeight; y++)
            {
                ReadOnlySpan<float> upper = plane.Slice(down.Cell[y] * columns, columns);
                ReadOnlySpan<float> lower = plane.Slice(down.Next[y] * columns, columns);
                for (int x = 0; x < placement.ImageWidth; x++, pixel++)
                {
                    (int left, int right, float share) = (across.Cell[x], across.Next[x], across.Share[x]);
                    float above = upper[left] + (upper[right] - upper[left]) * share;
                    float below = lower[left] + (lower[right] - lower[left]) * share;
                    float mask = Shapes.Sigmoid(above + (below - above) * down.Share[y]);
                    own[index] += mask >= 0.5f ? 1 : 0;
                    everywhere[index] += mask;
                    float score = mask * sure[index].Confidence;
                    if (score > best[pixel])
                    {
                        best[pixel] = score;
                        winners[pixel] = index + 1;
                    }
                }
            }
        }

        return best;
    }
}
