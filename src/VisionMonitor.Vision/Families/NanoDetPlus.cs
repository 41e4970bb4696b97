using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// NanoDet-Plus: one output <c>[1, cells, C + 4 × bins]</c> over strides 8, 16, 32 and 64, class probabilities first. A cell's point is its corner,
/// where NanoDet-m takes its middle; grids are rounded up.
/// </summary>
public sealed class NanoDetPlus : IModelFamily
{
    private const int BinCount = 8;

    /// <inheritdoc/>
    public string Id => "nanodet-plus";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Detection;

    /// <inheritdoc/>
    public ContractGuess? Recognize(OnnxSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        OnnxTensorType? output = signature.Outputs.FirstOrDefault(output => output.Shape is [1 or -1, > 4, > 4 * BinCount]);
        if (output is null || signature.ImageInput is not { Shape.Count: 4 } || ExporterMetadata.IsUltralytics(signature))
        {
            return null;
        }

        ModelInput input = Suggestion.Input(signature) with
        {
            Colours = ColourOrder.Bgr,
            Scale = 1,
            Mean = [103.53, 116.28, 123.675],
            Deviation = [57.375, 57.12, 58.395],
        };
        if (output.Shape[1] != CellCount(input))
        {
            return null;
        }

        ContractGuess guess = Suggestion.Of(this, signature, input, output.Shape[2] - 4 * BinCount, Suggestion.Assumed("NanoDet's BGR with ImageNet's mean and deviation, stretched"));
        return guess with { Contract = guess.Contract with { Outputs = [output.Name], Thresholds = new() { Confidence = 0.35, Overlap = 0.6 } } };
    }

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(contract);
        OutputTensor output = outputs[0];
        Shapes.Require(output, output.Shape is [1, _, > 4 * BinCount] && output.Shape[1] == CellCount(contract.Input), $"[1, {CellCount(contract.Input)}, classes + {4 * BinCount}]");
        int width = output.Shape[2];
        int classCount = width - 4 * BinCount;
        List<BoxCandidate> candidates = [];
        int row = 0;
        for (int stride = 8; stride <= 64; stride *= 2)
        {
            (int rows, int columns) = Grid(contract.Input, stride);
            for (int cell = 0; cell < rows * columns; cell++, row++)
            {
                ReadOnlySpan<float> values = output.Values.Slice(row * width, width);
                if (NanoDetDetection.Candidate(values[..classCount], values[classCount..], cell % columns * stride, cell / columns * stride, stride, (float)contract.Thresholds.Confidence, row) is { } candidate)
                {
                    candidates.Add(candidate);
                }
            }
        }

        return new DetectionPrediction(NonMaximumSuppression.ToImage(NonMaximumSuppression.Keep(candidates, contract.Thresholds), placement));
    }

    private static int CellCount(ModelInput input)
    {
        int count = 0;
        for (int stride = 8; stride <= 64; stride *= 2)
        {
            (int rows, int columns) = Grid(input, stride);
            count += rows * columns;
        }

        return count;
    }

    private static (int Rows, int Columns) Grid(ModelInput input, int stride) => ((input.Height + stride - 1) / stride, (input.Width + stride - 1) / stride);
}
