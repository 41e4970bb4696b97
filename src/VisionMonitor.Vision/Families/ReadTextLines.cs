using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Text;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// PaddleOCR whole: the first network finds lines, the part <c>direction</c> tells upside-down ones (class 1 being 180°) where it is given, and the
/// part <c>recognition</c> reads them. The contract's classes are the dictionary.
/// </summary>
public sealed class ReadTextLines : IComposedFamily
{
    private const string Recognition = "recognition";
    private const string Direction = "direction";
    private const float SureOfTurn = 0.9f;
    private const double LowestConfidence = 0.3;

    /// <inheritdoc/>
    public string Id => "text-lines";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Text;

    /// <inheritdoc/>
    public string FirstFamily => "paddle-text-detection";

    /// <inheritdoc/>
    public IReadOnlyList<PartRole> Roles { get; } = [new(Recognition, PartKind.Model, IsRequired: true), new(Direction, PartKind.Model, IsRequired: false)];

    /// <inheritdoc/>
    public ModelContract Complete(ModelContract contract)
    {
        ArgumentNullException.ThrowIfNull(contract);
        return contract with { Classes = contract.Parts![Recognition].Contract!.Classes };
    }

    /// <inheritdoc/>
    public ModelSession Open(string modelPath, ModelContract contract, SessionOptions options) => new ComposedSession(modelPath, contract, options, FirstFamily, parts => new Reading(
        contract, parts.OpenModel(Recognition, parts.WithClasses), parts.Has(Direction) ? parts.OpenModel(Direction, own => own) : null));

    private sealed class Reading(ModelContract contract, ModelSession recognition, ModelSession? direction) : IComposedReading
    {
        private readonly PaddleTextDetection _detection = new();

        public Prediction Read(ModelOutputs outputs, in Placement placement, DecodedImage image, CancellationToken cancellationToken)
        {
            List<TextLine> lines = [];
            foreach (TextLine line in ((TextPrediction)_detection.Read(outputs, contract, placement)).Lines)
            {
                using DecodedImage crop = LineCrop.Cut(image, line.Corners);
                if (ReadLine(crop, cancellationToken) is { } read && read.Confidence >= LowestConfidence)
                {
                    lines.Add(read with { Corners = line.Corners });
                }
            }

            return new TextPrediction(lines);
        }

        private TextLine? ReadLine(DecodedImage crop, CancellationToken cancellationToken)
        {
            bool isUpsideDown = direction is not null
                && direction.Score(crop, cancellationToken).Prediction is ClassificationPrediction { Probabilities: [_, float turned] }
                && turned > SureOfTurn;
            using DecodedImage? upright = isUpsideDown ? LineCrop.TurnAround(crop) : null;
            return ((TextPrediction)recognition.Score(upright ?? crop, cancellationToken).Prediction).Lines.FirstOrDefault();
        }
    }
}
