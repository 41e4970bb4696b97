using System.Text.RegularExpressions;

namespace VisionMonitor.Tests.Architecture;

/// <summary>Rules about what the sources below a folder may name: libraries that one file owns, and rooms that do not know each other.</summary>
internal sealed partial class SourceWords(string repositoryRoot)
{
    // These folders of Monitoring are the steps of the pipeline. A step takes plain values and returns plain values.
    private static readonly string[] Steps = ["Sampling", "Rescoring", "Evaluation", "DriftDetection", "Alerting", "Charts"];

    public IEnumerable<string> Violations()
    {
        string sources = Path.Combine(repositoryRoot, "src");
        foreach (string file in Directory.EnumerateFiles(sources, "*.cs", SearchOption.AllDirectories))
        {
            string path = Path.GetRelativePath(sources, file).Replace('\\', '/');
            if (path.Contains("/obj/", StringComparison.Ordinal) || path.Contains("/bin/", StringComparison.Ordinal))
            {
                continue;
            }

            string[] usings = [.. Using().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)];
            foreach (string name in usings)
            {
                if (name.StartsWith("ScottPlot", StringComparison.Ordinal) && !path.EndsWith("ScottPlotRenderer.cs", StringComparison.Ordinal))
                {
                    yield return $"{path}: only ScottPlotRenderer.cs names ScottPlot";
                }

                if (name.StartsWith("Hangfire", StringComparison.Ordinal)
                    && !path.StartsWith("VisionMonitor.Monitoring/Jobs/", StringComparison.Ordinal)
                    && !path.StartsWith("VisionMonitor/", StringComparison.Ordinal))
                {
                    yield return $"{path}: only Jobs/ and the door name Hangfire";
                }

                string? step = Steps.FirstOrDefault(folder => path.StartsWith($"VisionMonitor.Monitoring/{folder}/", StringComparison.Ordinal));
                if (step is not null && name.StartsWith("VisionMonitor.Monitoring.", StringComparison.Ordinal)
                    && (name.EndsWith(".Jobs", StringComparison.Ordinal) || Steps.Any(other => other != step && name == $"VisionMonitor.Monitoring.{other}")))
                {
                    yield return $"{path}: {step} must not know {name}";
                }
            }
        }
    }

    [GeneratedRegex(@"^\s*using\s+(?:static\s+)?([A-Za-z0-9_.]+)\s*;", RegexOptions.Multiline)]
    private static partial Regex Using();
}
