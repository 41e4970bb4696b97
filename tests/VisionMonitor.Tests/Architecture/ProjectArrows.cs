using System.Xml.Linq;

namespace VisionMonitor.Tests.Architecture;

/// <summary>Reads which project references which, and which words a folder's sources may name, from the files themselves.</summary>
internal sealed class ProjectArrows(string repositoryRoot)
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["VisionMonitor.Metrics"] = [],
        ["VisionMonitor.Vision"] = ["VisionMonitor.Metrics"],
        ["VisionMonitor.Monitoring"] = ["VisionMonitor.Vision"],
        ["VisionMonitor.Demo"] = ["VisionMonitor.Monitoring"],
        ["VisionMonitor.Migrations.Sqlite"] = ["VisionMonitor.Monitoring"],
        ["VisionMonitor.Migrations.Postgres"] = ["VisionMonitor.Monitoring"],
        ["VisionMonitor"] = ["VisionMonitor.Demo", "VisionMonitor.Migrations.Sqlite", "VisionMonitor.Migrations.Postgres"],
    };

    // What only the upper rooms may know. Metrics knows the base class library and nothing else.
    private static readonly Dictionary<string, string[]> ForbiddenPackages = new()
    {
        ["VisionMonitor.Metrics"] = ["*"],
        ["VisionMonitor.Vision"] = ["Microsoft.EntityFrameworkCore", "Npgsql", "Hangfire", "ScottPlot", "Microsoft.AspNetCore", "MailKit"],
        ["VisionMonitor.Monitoring"] = ["Hangfire.AspNetCore", "Microsoft.AspNetCore.App", "Microsoft.AspNetCore.SignalR", "Microsoft.AspNetCore.Components"],
        ["VisionMonitor.Demo"] = ["Microsoft.AspNetCore", "Hangfire"],
    };

    public IEnumerable<string> Violations()
    {
        IEnumerable<string> projects = Directory.EnumerateFiles(Path.Combine(repositoryRoot, "src"), "*.csproj", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(repositoryRoot, "migrations"), "*.csproj", SearchOption.AllDirectories));
        foreach (string file in projects)
        {
            string project = Path.GetFileNameWithoutExtension(file);
            XDocument xml = XDocument.Load(file);
            if (!Allowed.TryGetValue(project, out string[]? allowed))
            {
                yield return $"{project}: a project that the architecture does not name";
                continue;
            }

            foreach (string reference in Includes(xml, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))))
            {
                if (!allowed.Contains(reference))
                {
                    yield return $"{project} must not reference {reference}";
                }
            }

            string[] forbidden = ForbiddenPackages.GetValueOrDefault(project, []);
            foreach (string package in Includes(xml, "PackageReference").Concat(Includes(xml, "FrameworkReference")))
            {
                bool allowedException = package is "Microsoft.AspNetCore.DataProtection.EntityFrameworkCore";
                if (!allowedException && forbidden.Any(name => name == "*" || package == name || package.StartsWith(name + '.', StringComparison.Ordinal)))
                {
                    yield return $"{project} must not use the package {package}";
                }
            }
        }
    }

    private static IEnumerable<string> Includes(XDocument xml, string element) =>
        xml.Descendants(element).Select(reference => reference.Attribute("Include")?.Value ?? "").Where(name => name.Length > 0);
}
