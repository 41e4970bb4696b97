using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// SAM and MobileSAM whole: the first network makes an embedding of the image, the part <c>decoder</c> masks of prompts: the boxes that the part
/// <c>detector</c> finds, where it is given, or else the contract's points, or else a grid of points as in Meta's <c>SamAutomaticMaskGenerator</c> (masks that
/// are thought to fit and are stable, the weaker of two whose boxes overlap left out). The embedding's mean over the image is the image's vector.
/// </summary>
public sealed class SegmentAnything : IComposedFamily
{
    private const string Decoder = "decoder";
    private const string Detector = "detector";

    /// <summary>Pixels of the frame per cell of the embedding.</summary>
    private const int Stride = 16;

    private static readonly string[] _anything = ["object"];

    /// <inheritdoc/>
    public string Id => "segment-anything";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.InstanceSegmentation;

    /// <inheritdoc/>
    public string FirstFamily => "embedding";

    /// <inheritdoc/>
    public IReadOnlyList<PartRole> Roles { get; } = [new(Decoder, PartKind.Network, IsRequired: true), new(Detector, PartKind.Model, IsRequired: false)];

    /// <inheritdoc/>
    public ModelContract Complete(ModelContract contract)
    {
        ArgumentNullException.ThrowIfNull(contract);
        return contract.Parts!.GetValueOrDefault(Detector)?.Contract is { } detector
            ? contract with { Classes = detector.Classes, Thresholds = detector.Thresholds }
            : contract with { Classes = _anything, Prompts = contract.Prompts ?? new(), Thresholds = new() { Confidence = 0.88, Overlap = 0.7 } };
    }

    /// <inheritdoc/>
    public ModelSession Open(string modelPath, ModelContract contract, SessionOptions options) => new ComposedSession(modelPath, contract, options, FirstFamily, parts => new Reading(
        contract, parts.Keep(new MaskDecoder(parts.OpenNetwork(Decoder))), parts.Has(Detector) ? parts.OpenModel(Detector, own => parts.WithClasses(own) with { Thresholds = contract.Thresholds }) : null));

    private sealed class Reading(ModelContract contract, MaskDecoder decoder, ModelSession? detector) : IComposedReading
    {
        private readonly PromptSettings _prompts = contract.Prompts ?? new();

        public Prediction Read(ModelOutputs outputs, in Placement placement, DecodedImage image, CancellationToken cancellationToken)
        {
            OutputTensor embedding = outputs[0];
            Shapes.Require(embedding, embedding.Shape is [1, > 0, > 0, > 0], "[1, channels, rows, columns]");
            decoder.Take(embedding);

            // The graph may pad the image itself; then its frame is larger than what it was fed.
            Placement frame = placement with { FrameWidth = embedding.Shape[3] * Stride, FrameHeight = embedding.Shape[2] * Stride };
            IEnumerable<PredictedInstance?> found = detector is not null
                ? BoxesOf(detector.Score(image, cancellationToken).Prediction).Select(box => InBox(box, frame, cancellationToken))
                : _prompts.Points.Count > 0
                    ? _prompts.Points.Select(point => AtPoint(point[0] * frame.ImageWidth, point[1] * frame.ImageHeight, frame, cancellationToken))
                    : OnGrid(frame, cancellationToken);
            return new InstancePrediction([.. found.OfType<PredictedInstance>().OrderByDescending(instance => instance.Box.Confidence)]);
        }

        private static IEnumerable<PredictedBox> BoxesOf(Prediction prediction) => prediction switch
        {
            DetectionPrediction { Boxes: var boxes } => boxes,
            InstancePrediction { Instances: var instances } => instances.Select(instance => instance.Box),
            _ => throw new ModelOutputException("unexpected_output_shape", $"The part '{Detector}' answers {prediction.Task}, not boxes."),
        };

        private PredictedInstance? InBox(in PredictedBox box, in Placement frame, CancellationToken cancellationToken)
        {
            MaskAnswer answer = decoder.Ask(
            [
                FrameX(box.Box.X, frame), FrameY(box.Box.Y, frame), 2,
                FrameX(box.Box.Right, frame), FrameY(box.Box.Bottom, frame), 3,
            ], cancellationToken);
            return Draw(answer, answer.ForExactPrompt(), box.ClassIndex, box.Confidence, frame);
        }

        private PredictedInstance? AtPoint(double x, double y, in Placement frame, CancellationToken cancellationToken)
        {
            MaskAnswer answer = AskAt(x, y, frame, cancellationToken);
            int best = answer.Best();
            return Draw(answer, best, 0, answer.Qualities[best], frame);
        }

        private List<PredictedInstance?> OnGrid(in Placement frame, CancellationToken cancellationToken)
        {
            int side = _prompts.Grid;
            List<BoxCandidate> candidates = [];
            for (int point = 0; point < side * side; point++)
            {
                AddCandidates(AskAt(point, side, frame, cancellationToken), point, frame, candidates);
            }

            // Asked again, only for those that stay: keeping every mask would take hundreds of megabytes.
            List<PredictedInstance?> found = [];
            foreach (BoxCandidate kept in NonMaximumSuppression.Keep(candidates, contract.Thresholds))
            {
                found.Add(Draw(AskAt(kept.Ordinal / 4, side, frame, cancellationToken), kept.Ordinal % 4, 0, kept.Confidence, frame));
            }

            return found;
        }

        private void AddCandidates(MaskAnswer answer, int point, in Placement frame, List<BoxCandidate> candidates)
        {
            (float acrossCell, float downCell) = ((float)frame.FrameWidth / answer.Columns, (float)frame.FrameHeight / answer.Rows);
            int columns = Math.Min(answer.Columns, (int)Math.Ceiling(FrameX(frame.ImageWidth, frame) / acrossCell));
            int rows = Math.Min(answer.Rows, (int)Math.Ceiling(FrameY(frame.ImageHeight, frame) / downCell));
            (int start, int length) = answer.Alternatives.GetOffsetAndLength(answer.Qualities.Length);
            for (int index = start; index < start + length; index++)
            {
                if (answer.Qualities[index] < contract.Thresholds.Confidence)
                {
                    continue;
                }

                (double stability, int left, int top, int right, int bottom) = answer.Shape(index, rows, columns);
                if (stability >= _prompts.Stability && right > left)
                {
                    candidates.Add(new(0, left * acrossCell, top * downCell, right * acrossCell, bottom * downCell, answer.Qualities[index], point * 4 + index));
                }
            }
        }

        private MaskAnswer AskAt(int point, int side, in Placement frame, CancellationToken cancellationToken) =>
            AskAt((point % side + 0.5) / side * frame.ImageWidth, (point / side + 0.5) / side * frame.ImageHeight, frame, cancellationToken);

        // Without a box the decoder wants one more point that says so.
        private MaskAnswer AskAt(double x, double y, in Placement frame, CancellationToken cancellationToken) =>
            decoder.Ask([FrameX(x, frame), FrameY(y, frame), 1, 0, 0, -1], cancellationToken);

        private static PredictedInstance? Draw(MaskAnswer answer, int index, int classIndex, double confidence, in Placement frame)
        {
            // As in Meta's graph: to the frame's size first, then to the image's.
            LogitPlane coarse = new(answer.Rows, answer.Columns, new(1, 1, 0, 0, frame.FrameWidth, frame.FrameHeight, frame.FrameWidth, frame.FrameHeight));
            answer.Mask(index).CopyTo(coarse.Values);
            LogitPlane plane = new(frame.FrameHeight, frame.FrameWidth, frame);
            coarse.Enlarge(plane.Values);
            (_, int left, int top, int right, int bottom) = answer.Shape(index, answer.Rows, answer.Columns);
            if (right <= left)
            {
                return null;
            }

            // A cell's neighbours may hold pixels above 0 as well.
            (double acrossCell, double downCell) = (frame.FrameWidth / (double)answer.Columns / frame.ScaleX, frame.FrameHeight / (double)answer.Rows / frame.ScaleY);
            RunLengthMask mask = plane.Draw(new((left - 1) * acrossCell, (top - 1) * downCell, (right - left + 2) * acrossCell, (bottom - top + 2) * downCell));
            return mask.Area == 0 ? null : new(new(classIndex, mask.Bounds, Math.Clamp(Math.Round(confidence, 6), 0, 1)), mask);
        }

        private static float FrameX(double x, in Placement frame) => (float)(x * frame.ScaleX + frame.OffsetX);

        private static float FrameY(double y, in Placement frame) => (float)(y * frame.ScaleY + frame.OffsetY);
    }
}
