using System.CommandLine;
using System.Globalization;
using VisionMonitor.Demo.ToyWorld;

namespace VisionMonitor.Commands;

/// <summary>Draws toy-world scenes with their truth into a folder: what the demo's models are trained and measured on.</summary>
internal static class DemoExportCommand
{
    public static Command Create()
    {
        Option<DirectoryInfo> folder = new("--out") { Description = "Folder to fill.", Required = true };
        Option<int> count = new("--count") { Description = "How many scenes.", DefaultValueFactory = _ => 1000 };
        Option<ulong> seed = new("--seed") { Description = "Another seed, other scenes.", DefaultValueFactory = _ => 1 };
        Option<bool> varied = new("--varied") { Description = "Spoil them: smear, defocus, noise, light, compression." };
        Option<double?> smear = new("--smear") { Description = "The same lens smear for all, 0 to 1." };
        Option<string?> mix = new("--class-mix") { Description = "Six weights, for example 1,1,1,0.12,1,1." };
        Option<bool> masks = new("--masks") { Description = "Write semantic maps too." };
        Option<int> size = new("--size") { Description = "Pixels of a side.", DefaultValueFactory = _ => 256 };
        Option<double> zoom = new("--zoom") { Description = "How much nearer the camera looks, 1 to 4.", DefaultValueFactory = _ => 1 };
        Command command = new("export-training", "Draw scenes of the toy world with their truth, for models/train_*.py.") { folder, count, seed, varied, smear, mix, masks, size, zoom };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            double[]? weights = parsed.GetValue(mix)?.Split(',').Select(weight => double.Parse(weight, CultureInfo.InvariantCulture)).ToArray();
            SceneOptions OptionsOf(int index) => TrainingExport.Options(parsed.GetValue(seed), index, parsed.GetValue(varied), parsed.GetValue(smear), weights) with
            {
                Width = parsed.GetValue(size),
                Height = parsed.GetValue(size),
                Zoom = parsed.GetValue(zoom),
            };
            string path = parsed.GetValue(folder)!.FullName;
            await TrainingExport.WriteAsync(path, parsed.GetValue(count), OptionsOf, parsed.GetValue(masks), Environment.ProcessorCount, cancellationToken);
            return 0;
        });
        return command;
    }
}
