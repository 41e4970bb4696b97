using System.Globalization;
using System.Text.Json;

namespace VisionMonitor.Demo.ToyWorld;

/// <summary>Writes scenes with their truth for models/train.py: images/000000.jpg … and one line of JSON per image in truth.jsonl.</summary>
public static class TrainingExport
{
    /// <summary>
    /// Scene number <paramref name="index"/> of a series. Clean scenes have what a healthy camera has: every camera, every hour, small
    /// differences of light. Varied scenes are spoiled by grease, defocus, noise, light and compression in all strengths.
    /// </summary>
    public static SceneOptions Options(ulong seed, int index, bool isVaried, double? smear = null, IReadOnlyList<double>? classMix = null)
    {
        SceneRandom random = new SceneRandom(seed).Fork((ulong)index);
        SceneOptions clean = new()
        {
            Seed = random.NextBits(),
            Camera = random.Pick<string>([.. ToyWorldCamera.Cameras]),
            HourOfDay = random.Between(0, 24),
            Light = random.Between(0.85, 1.15),
            ColorTemperatureKelvin = random.Between(5000, 6200),
            Noise = random.Between(1, 3),
            JpegQuality = 85 + random.Below(11),
            LensSmear = smear ?? 0,
            ClassMix = classMix,
        };
        return !isVaried
            ? clean
            : clean with
            {
                LensSmear = smear ?? (random.Chance(0.6) ? random.Next() : 0),
                BlurSigmaPixels = random.Chance(0.3) ? random.Between(0, 2.5) : 0,
                Light = random.Between(0.45, 1.45),
                ColorTemperatureKelvin = random.Between(3000, 8500),
                Noise = random.Between(0, 10),
                JpegQuality = 40 + random.Below(56),
            };
    }

    /// <summary>Draws <paramref name="count"/> scenes into a folder.</summary>
    /// <param name="folder">Made when missing.</param>
    /// <param name="count">How many scenes.</param>
    /// <param name="optionsOf">The options of each, by index from 0.</param>
    /// <param name="hasMasks">Whether to write two maps of each scene too, one byte per pixel: the classes in masks/000000.bin, the ids of the segments in segments/000000.bin.</param>
    /// <param name="parallelism">Threads, at least 1.</param>
    /// <param name="cancellationToken">Stops between two scenes.</param>
    public static async Task WriteAsync(
        string folder, int count, Func<int, SceneOptions> optionsOf, bool hasMasks, int parallelism, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.Combine(folder, "images"));
        if (hasMasks)
        {
            Directory.CreateDirectory(Path.Combine(folder, "masks"));
            Directory.CreateDirectory(Path.Combine(folder, "segments"));
        }

        string[] lines = new string[count];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = parallelism, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, count, parallel, async (index, stop) =>
        {
            Scene scene = ToyWorldCamera.Draw(optionsOf(index));
            string name = index.ToString("D6", CultureInfo.InvariantCulture);
            await File.WriteAllBytesAsync(Path.Combine(folder, "images", name + ".jpg"), scene.Jpeg, stop);
            if (hasMasks)
            {
                await File.WriteAllBytesAsync(Path.Combine(folder, "masks", name + ".bin"), scene.Truth.SemanticMap(), stop);
                await File.WriteAllBytesAsync(Path.Combine(folder, "segments", name + ".bin"), scene.Truth.SegmentMap, stop);
            }

            lines[index] = Line(name + ".jpg", scene);
        });
        await File.WriteAllLinesAsync(Path.Combine(folder, "truth.jsonl"), lines, cancellationToken);
    }

    private static string Line(string file, Scene scene) => JsonSerializer.Serialize(new
    {
        file,
        main = (int)scene.MainKind,
        camera = scene.Options.Camera,
        smear = scene.Options.LensSmear,
        objects = scene.Truth.Objects.Select(item => new
        {
            id = item.Id,
            kind = (int)item.Kind,
            box = (int[])[item.Box.Left, item.Box.Top, item.Box.Right, item.Box.Bottom],
            visible = Math.Round(item.VisibleShare, 3),
        }),
        texts = scene.Truth.Texts.Select(text => new
        {
            text = text.Text,
            quad = text.Quad.SelectMany(corner => (double[])[Math.Round(corner.X, 2), Math.Round(corner.Y, 2)]),
            visible = Math.Round(text.VisibleShare, 3),
        }),
    });
}
