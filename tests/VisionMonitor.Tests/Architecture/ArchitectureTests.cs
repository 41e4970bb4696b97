using VisionMonitor.Testing;

namespace VisionMonitor.Tests.Architecture;

public sealed class ArchitectureTests
{
    [Fact]
    public void Projects_AsTheyStand_HaveOnlyAllowedArrows() =>
        new ProjectArrows(SharedFolder.RepositoryRoot).Violations().ShouldBeEmpty();

    [Fact]
    public void Sources_AsTheyStand_NameOnlyWhatTheirRoomMayName() =>
        new SourceWords(SharedFolder.RepositoryRoot).Violations().ShouldBeEmpty();

    [Theory]
    [InlineData("VisionMonitor.Metrics", "<ProjectReference Include=\"../VisionMonitor.Vision/VisionMonitor.Vision.csproj\" />", "VisionMonitor.Metrics must not reference VisionMonitor.Vision")]
    [InlineData("VisionMonitor.Metrics", "<PackageReference Include=\"MathNet.Numerics\" />", "VisionMonitor.Metrics must not use the package MathNet.Numerics")]
    [InlineData("VisionMonitor.Vision", "<PackageReference Include=\"Microsoft.EntityFrameworkCore.Sqlite\" />", "VisionMonitor.Vision must not use the package Microsoft.EntityFrameworkCore.Sqlite")]
    [InlineData("VisionMonitor.Monitoring", "<FrameworkReference Include=\"Microsoft.AspNetCore.App\" />", "VisionMonitor.Monitoring must not use the package Microsoft.AspNetCore.App")]
    public void Projects_WithAPlantedArrow_AreCaught(string project, string planted, string expected)
    {
        using PlantedTree tree = new();
        tree.Write($"src/{project}/{project}.csproj", $"<Project><ItemGroup>{planted}</ItemGroup></Project>");

        new ProjectArrows(tree.Root).Violations().ShouldContain(expected);
    }

    [Theory]
    [InlineData("VisionMonitor.Monitoring/Charts/DriftChart.cs", "using ScottPlot;", "only ScottPlotRenderer.cs names ScottPlot")]
    [InlineData("VisionMonitor.Monitoring/Sampling/Sample.cs", "using Hangfire;", "only Jobs/ and the door name Hangfire")]
    [InlineData("VisionMonitor.Monitoring/Sampling/Sample.cs", "using VisionMonitor.Monitoring.Alerting;", "Sampling must not know VisionMonitor.Monitoring.Alerting")]
    public void Sources_WithAPlantedName_AreCaught(string file, string planted, string expected)
    {
        using PlantedTree tree = new();
        tree.Write($"src/{file}", planted + "\nnamespace X;");

        new SourceWords(tree.Root).Violations().ShouldContain(violation => violation.Contains(expected, StringComparison.Ordinal));
    }

    private sealed class PlantedTree : IDisposable
    {
        public PlantedTree()
        {
            Directory.CreateDirectory(Path.Combine(Root, "src"));
            Directory.CreateDirectory(Path.Combine(Root, "migrations"));
        }

        public string Root { get; } = Directory.CreateTempSubdirectory("visionmonitor-planted-").FullName;

        public void Write(string path, string text)
        {
            string full = Path.Combine(Root, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(full, text);
        }

        public void Dispose() => Directory.Delete(Root, recursive: true);
    }
}
