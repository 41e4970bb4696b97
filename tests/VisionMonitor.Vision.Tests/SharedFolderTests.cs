using VisionMonitor.Testing;

namespace VisionMonitor.Vision.Tests;

public sealed class SharedFolderTests
{
    [Fact]
    public void RepositoryRoot_FromTheTestBinaries_HoldsTheSolution() =>
        File.Exists(SharedFolder.InRepository("VisionMonitor.sln")).ShouldBeTrue();
}
