using System.Diagnostics;
using System.Runtime.CompilerServices;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Text;

/// <summary>Finds lines of text with one model, turns upside-down ones with another where it is given, and reads them with a third.</summary>
/// <param name="detection">Finds lines; owned by the caller.</param>
/// <param name="recognition">Reads one line; owned by the caller.</param>
/// <param name="direction">Tells 0° from 180°, class 1 being 180°; null: lines are taken as they lie.</param>
public sealed class TextPipeline(ModelSession detection, ModelSession recognition, ModelSession? direction = null)
{
    private const float SureOfTurn = 0.9f;
    private const double LowestConfidence = 0.3;

    /// <summary>Every line that could be read, from the top down.</summary>
    public TextPrediction Read(DecodedImage image, CancellationToken cancellationToken)
    {
        TextPrediction found = (TextPrediction)detection.Score(image, cancellationToken).Prediction;
        List<TextLine> lines = [];
        foreach (TextLine line in found.Lines)
        {
            using DecodedImage crop = LineCrop.Cut(image, line.Corners);
            if (ReadLine(crop, cancellationToken) is { } read && read.Confidence >= LowestConfidence)
            {
                lines.Add(read with { Corners = line.Corners });
            }
        }

        return new(lines);
    }

    /// <summary>Reads every file in turn; one bad image ends nothing.</summary>
    public async IAsyncEnumerable<ScoredFile> RunAsync(IReadOnlyList<string> paths, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(paths);
        foreach (string path in paths)
        {
            byte[] bytes = await File.ReadAllBytesAsync(path, cancellationToken);
            yield return Score(path, bytes, cancellationToken);
        }
    }

    private ScoredFile Score(string path, byte[] bytes, CancellationToken cancellationToken)
    {
        try
        {
            long started = Stopwatch.GetTimestamp();
            using DecodedImage image = ImageDecoder.Decode(bytes, ImageLimits.Default);
            long decoded = Stopwatch.GetTimestamp();
            TextPrediction prediction = Read(image, cancellationToken);
            StageTimes times = new(Stopwatch.GetElapsedTime(started, decoded).TotalMilliseconds, 0, Stopwatch.GetElapsedTime(decoded).TotalMilliseconds, 0);
            return new(path, image.Width, image.Height, new(prediction, null, times), null, null);
        }
        catch (ImageFormatException refusal)
        {
            return new(path, 0, 0, null, refusal.Code, refusal.Message);
        }
        catch (ModelOutputException refusal)
        {
            return new(path, 0, 0, null, refusal.Code, refusal.Message);
        }
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
