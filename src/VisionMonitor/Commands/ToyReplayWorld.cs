using SkiaSharp;
using VisionMonitor.Demo.ToyWorld;
using VisionMonitor.Metrics.Drift.Watch;
using VisionMonitor.Monitoring.DriftDetection.Replay;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Commands;

/// <summary>The toy world as the demo's first classifier sees it: its scenes are drawn and scored on the spot, and spoiled for the shifts.</summary>
internal static class ToyReplayWorld
{
    private const int PropertyCount = 6;

    /// <summary>Sharpness rarely passes this; all properties then span about 0 to 1.</summary>
    private const float SharpnessScale = 4;

    public static ReplayWorld Create(string modelFolder, ulong seed, int threads, CancellationToken cancellationToken)
    {
        string path = Path.Combine(modelFolder, "parcel-classifier-v1");
        using ModelSession session = ModelSession.Open(path + ".onnx", ModelContract.Read(path + ".json"));
        Studio studio = new(session, seed, threads, cancellationToken);
        (string Name, Func<SceneOptions, SceneOptions> Spoil, bool IsFlat, double Share)[] shifts =
        [
            ("contrast × 0.75", options => options, true, 1),
            ("brightness × 1.25", options => options with { Light = options.Light * 1.25 }, false, 1),
            ("noise + 5 grey levels", options => options with { Noise = options.Noise + 5 }, false, 1),
            ("blur σ 1 pixel", options => options with { BlurSigmaPixels = 1 }, false, 1),
            ("JPEG q80", options => options with { JpegQuality = 80 }, false, 1),
            ("new class, 5 %", options => options with { NewKindShare = 1 }, false, 0.05),
            ("new class, 10 %", options => options with { NewKindShare = 1 }, false, 0.10),
        ];
        Shots baseline = studio.Shoot("baseline", 2000, options => options, false), healthy = studio.Shoot("healthy", 4000, options => options, false);
        Shots[] spoiled = [.. shifts.Select((shift, s) => s == shifts.Length - 1 ? null! : studio.Shoot(shift.Name, 1200, shift.Spoil, shift.IsFlat))];
        spoiled[^1] = spoiled[^2];
        DriftFeatures features = new(baseline.Dimension, PropertyCount);
        ReplayImages Images(Shots shots) => new(features.Rows(shots.Embeddings, shots.Properties, shots.Confidences), shots.Predicted, shots.Kinds, shots.Hours, shots.Variants);

        ReplayImages fitted = Images(baseline);
        int classes = session.Contract.Classes.Count;
        return new ReplayWorld(
            "toy world, embeddings of parcel-classifier-v1",
            features.Layout,
            DriftReference.From(features.Layout, fitted.Rows, fitted.Predicted, classes),
            classes,
            classes,
            Images(healthy),
            [.. shifts.Select((shift, s) => new ReplayShift(shift.Name, Images(spoiled[s]), shift.Share)), new ReplayShift("one class × 3", MoreOfKind: 3, Factor: 3)]);
    }

    /// <summary>Draws, spoils, scores and measures.</summary>
    private sealed class Studio(ModelSession session, ulong seed, int threads, CancellationToken cancellationToken)
    {
        private ulong _series;

        public Shots Shoot(string name, int count, Func<SceneOptions, SceneOptions> spoil, bool isFlat)
        {
            Console.Error.WriteLine($"drawing and scoring {count} scenes: {name}");
            ulong series = unchecked((seed * 1000) + _series++);
            Shots shots = new(new float[count][], new float[count * PropertyCount], new float[count], new int[count], new int[count], new int[count], new int[count]);
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken }, i =>
            {
                SceneOptions clean = TrainingExport.Options(series, i, isVaried: false);
                using DecodedImage image = Develop(ToyWorldCamera.Draw(spoil(clean)), isFlat, out Scene scene);
                ImageProperties measured = ImageProperties.Measure(image);
                ScoredImage scored = session.Score(image);
                ClassificationPrediction prediction = (ClassificationPrediction)scored.Prediction;
                shots.Vectors[i] = scored.Embedding ?? throw new InvalidOperationException("The demo's classifier has an embedding output.");
                float[] properties = [(float)measured.Brightness, (float)measured.Contrast, (float)measured.Sharpness * SharpnessScale, (float)measured.Saturation, (float)measured.Warmth, (float)measured.ClippedShare];
                properties.CopyTo(shots.Properties.AsSpan(i * PropertyCount));
                (shots.Predicted[i], shots.Confidences[i]) = (prediction.TopClassIndex, prediction.Probabilities[prediction.TopClassIndex]);
                (shots.Kinds[i], shots.Hours[i], shots.Variants[i]) = ((int)scene.MainKind % prediction.Probabilities.Length, (int)clean.HourOfDay % 24, clean.Light >= 1 ? 1 : 0);
            });
            return shots;
        }

        /// <summary>A flat picture keeps three quarters of its distance from middle grey, and is compressed after that, as a camera would.</summary>
        private static DecodedImage Develop(Scene drawn, bool isFlat, out Scene scene)
        {
            scene = drawn;
            if (!isFlat)
            {
                return ImageDecoder.Decode(drawn.Jpeg, ImageLimits.Default);
            }

            using SKBitmap picture = SKBitmap.Decode(drawn.Jpeg);
            Span<byte> pixels = picture.GetPixelSpan();
            for (int at = 0; at + 3 < pixels.Length; at += 4)
            {
                for (int channel = 0; channel < 3; channel++)
                {
                    pixels[at + channel] = (byte)(128 + ((pixels[at + channel] - 128) * 3 / 4));
                }
            }

            using SKData jpeg = picture.Encode(SKEncodedImageFormat.Jpeg, drawn.Options.JpegQuality);
            return ImageDecoder.Decode(jpeg.AsSpan(), ImageLimits.Default);
        }
    }

    private sealed record Shots(float[][] Vectors, float[] Properties, float[] Confidences, int[] Predicted, int[] Kinds, int[] Hours, int[] Variants)
    {
        public int Dimension => Vectors[0].Length;

        public float[] Embeddings => [.. Vectors.SelectMany(vector => vector)];
    }
}
