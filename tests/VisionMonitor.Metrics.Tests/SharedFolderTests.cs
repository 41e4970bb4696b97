using VisionMonitor.Testing;

namespace VisionMonitor.Metrics.Tests;

public sealed class SharedFolderTests
{
    [Fact]
    public void RepositoryRoot_FromTheTestBinaries_HoldsTheSolution() =>
        File.Exists(SharedFolder.InRepository("VisionMonitor.sln")).ShouldBeTrue();
}
