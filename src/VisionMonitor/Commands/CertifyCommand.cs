using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using VisionMonitor.Certificate;
using VisionMonitor.Hosting;

namespace VisionMonitor.Commands;

/// <summary>Shows that the numbers of this installation equal those of the reference tools.</summary>
internal static class CertifyCommand
{
    public static Command Create()
    {
        Option<DirectoryInfo?> golden = new("--golden") { Description = "A bigger golden set of the same form. [default: the one beside the executable]", HelpName = "DIR" };
        Option<EvalFormat> format = EvalOptions.Format();
        Command command = new("certify", "Run the golden cases here and print the largest difference from each reference tool; exit code 1 where one is over its tolerance.");
        command.Options.Add(golden);
        command.Options.Add(format);
        command.SetAction((parsed, cancellationToken) =>
        {
            GoldenSet set = parsed.GetValue(golden) is { } folder
                ? folder.Exists ? new GoldenSet(folder.FullName) : throw new StartException($"the folder {folder.FullName} does not exist")
                : GoldenSet.Shipped;
            var certificate = ParityCertificate.Issue(set, null, cancellationToken);
            Print(certificate, parsed.GetValue(format), Console.Out);
            return Task.FromResult(certificate.IsGood ? 0 : 1);
        });
        return command;
    }

    private static void Print(ParityCertificate certificate, EvalFormat format, TextWriter output)
    {
        switch (format)
        {
            case EvalFormat.Json:
                output.WriteLine(JsonSerializer.Serialize(
                    new { good = certificate.IsGood, lines = certificate.Lines.Select(l => new { metric = l.Metric, tool = l.Tool, cases = l.CaseCount, numbers = l.NumberCount, largestDifference = double.IsFinite(l.LargestDifference) ? l.LargestDifference : (double?)null, tolerance = l.Tolerance, isWithin = l.IsWithin, worstCase = l.WorstCase }) },
                    new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
                break;
            case EvalFormat.Csv:
                output.WriteLine("metric,tool,cases,numbers,largestDifference,tolerance,isWithin,worstCase");
                foreach (ParityLine l in certificate.Lines)
                {
                    output.WriteLine($"\"{l.Metric}\",\"{l.Tool}\",{l.CaseCount},{l.NumberCount},{l.LargestDifference.ToString("R", CultureInfo.InvariantCulture)},{l.Tolerance.ToString("R", CultureInfo.InvariantCulture)},{(l.IsWithin ? "true" : "false")},\"{l.WorstCase.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
                }

                break;
            default:
                int width = certificate.Lines.Max(l => l.Metric.Length), tool = certificate.Lines.Max(l => l.Tool.Length);
                output.WriteLine($"{"metric".PadRight(width)}  {"reference tool".PadRight(tool)}  {"cases",5}  {"numbers",8}  {"largest difference",18}  {"tolerance",9}");
                foreach (ParityLine l in certificate.Lines)
                {
                    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{l.Metric.PadRight(width)}  {l.Tool.PadRight(tool)}  {l.CaseCount,5}  {l.NumberCount,8}  {l.LargestDifference,18:0.0e+0}  {l.Tolerance,9:0e+0}  {l.Verdict}"));
                }

                output.WriteLine(certificate.IsGood ? "Every number lies within its tolerance." : "Some numbers differ from the reference tools.");
                break;
        }
    }
}
