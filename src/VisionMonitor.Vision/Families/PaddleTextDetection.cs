using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Text;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// PaddleOCR's detection of lines (DB): <c>[1, 1, h, w]</c>, the probability that a pixel belongs to the shrunken middle of a line. Connected
/// pixels become turned rectangles, which are grown back to the line's size.
/// </summary>
public sealed class PaddleTextDetection : IModelFamily
{
    private const float PixelThreshold = 0.3f;
    private const double Growth = 1.5;
    private const double ShortestSide = 3;

    /// <inheritdoc/>
    public string Id => "paddle-text-detection";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Text;

    /// <inheritdoc/>
    public ContractGuess? Recognize(OnnxSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        OnnxTensorType? map = signature.Outputs.FirstOrDefault(output => output.Shape is [1 or -1, 1, > 1, > 1]);
        bool isPaddle = signature.Producer.Length == 0 || signature.Producer.Contains("paddle", StringComparison.OrdinalIgnoreCase);
        if (map is null || signature.ImageInput is not { Name: "x", Shape: [_, 3, _, _] } || !isPaddle)
        {
            return null;
        }

        ModelInput input = Suggestion.Input(signature) with
        {
            Colours = ColourOrder.Bgr,
            Mean = Suggestion.ImageNetMean,
            Deviation = Suggestion.ImageNetDeviation,
            Resize = ResizeKind.LongerSideLimit,
            Kernel = Images.ResizeKernel.Bilinear,
        };
        ContractGuess guess = Suggestion.Of(this, signature, input, 0, Suggestion.Assumed("PaddleOCR's BGR with ImageNet's mean and deviation in that order, longer side at most 960"));
        return guess with { Contract = guess.Contract with { Outputs = [map.Name], Thresholds = new() { Confidence = 0.6, MaxBoxes = 1000 } } };
    }

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(contract);
        OutputTensor map = outputs[0];
        Shapes.Require(map, map.Shape is [1, 1, > 0, > 0], "[1, 1, rows, columns]");
        (int rows, int columns) = (map.Shape[2], map.Shape[3]);
        List<TextLine> lines = [];
        foreach (List<(int X, int Y)> outline in ConnectedPixels.Outlines(map.Values, columns, rows, PixelThreshold))
        {
            TurnedRectangle core = TurnedRectangle.Around(outline);
            if (Math.Min(core.Width, core.Height) < ShortestSide)
            {
                continue;
            }

            double confidence = core.MeanInside(map.Values, columns, rows);
            double reach = core.Width * core.Height * Growth / (2 * (core.Width + core.Height));
            TurnedRectangle line = core.Grown(reach);
            if (confidence >= contract.Thresholds.Confidence && Math.Min(line.Width, line.Height) >= ShortestSide + 2 && lines.Count < contract.Thresholds.MaxBoxes)
            {
                lines.Add(new("", Math.Clamp(Math.Round(confidence, 6), 0, 1), ToImage(line.Corners(), placement)));
            }
        }

        // Reading order: from the top, lines of nearly the same height from the left.
        lines.Sort((a, b) => Math.Abs(a.Corners[1] - b.Corners[1]) < 10 ? a.Corners[0].CompareTo(b.Corners[0]) : a.Corners[1].CompareTo(b.Corners[1]));
        return new TextPrediction(lines);
    }

    private static double[] ToImage(ReadOnlySpan<double> corners, in Placement placement)
    {
        double[] image = new double[8];
        for (int index = 0; index < 8; index += 2)
        {
            image[index] = Math.Round(placement.ToImageX(corners[index]), 3);
            image[index + 1] = Math.Round(placement.ToImageY(corners[index + 1]), 3);
        }

        return image;
    }
}
