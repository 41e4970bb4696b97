using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using VisionMonitor.Metrics.Drift;

namespace VisionMonitor.Commands;

/// <summary>Looks a baseline over before anything is measured against it.</summary>
internal static class DriftDoctorCommand
{
    public static Command Create(Func<FileInfo, (float[] Rows, int Dimension)> embeddings)
    {
        Option<FileInfo> baseline = new("--baseline") { Description = "Embeddings of the baseline, images × dimensions, .npy.", HelpName = "A.npy", Required = true };
        Option<FileInfo?> window = new("--window") { Description = "Embeddings that will be checked against it: are some of them inside?", HelpName = "B.npy" };
        Option<EvalFormat> format = EvalOptions.Format();
        Command command = new("doctor", "Say what is wrong with a baseline: too small, mixed, contaminated. The exit code is 1 when drift measured against it cannot be believed.") { baseline, window, format };
        command.SetAction(parsed =>
        {
            (float[] rows, int dimension) = embeddings(parsed.GetRequiredValue(baseline));
            (float[] others, int otherDimension) = parsed.GetValue(window) is { } file ? embeddings(file) : ([], dimension);
            if (otherDimension != dimension)
            {
                throw new Hosting.StartException($"dimensions-differ: the baseline has embeddings of {dimension} numbers, the window of {otherDimension}");
            }

            IReadOnlyList<BaselineFinding> findings = BaselineDoctor.Examine(rows, dimension, others);
            Print(findings, rows.Length / dimension, parsed.GetValue(format));
            return findings.Any(finding => finding.IsGrave) ? 1 : 0;
        });
        return command;
    }

    private static void Print(IReadOnlyList<BaselineFinding> findings, int images, EvalFormat format)
    {
        switch (format)
        {
            case EvalFormat.Json:
                Console.Out.WriteLine(new JsonObject
                {
                    ["images"] = images,
                    ["findings"] = new JsonArray([.. findings.Select(finding => new JsonObject { ["code"] = finding.Code, ["isGrave"] = finding.IsGrave, ["sentence"] = finding.Sentence })]),
                }.ToJsonString(DriftCommand.Indented));
                return;
            case EvalFormat.Csv:
                Console.Out.WriteLine("code,grave,sentence");
                foreach (BaselineFinding finding in findings)
                {
                    Console.Out.WriteLine($"{finding.Code},{(finding.IsGrave ? "1" : "0")},\"{finding.Sentence}\"");
                }

                return;
            default:
                foreach (BaselineFinding finding in findings)
                {
                    Console.Out.WriteLine($"{(finding.IsGrave ? "!" : "-")} {finding.Code}: {finding.Sentence}");
                }

                if (findings.Count == 0)
                {
                    Console.Out.WriteLine($"Nothing is wrong with this baseline of {images.ToString(CultureInfo.InvariantCulture)} images.");
                }

                return;
        }
    }
}
