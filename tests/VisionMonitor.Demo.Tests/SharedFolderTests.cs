using VisionMonitor.Testing;

namespace VisionMonitor.Demo.Tests;

public sealed class SharedFolderTests
{
    [Fact]
    public void RepositoryRoot_FromTheTestBinaries_HoldsTheSolution() =>
        File.Exists(SharedFolder.InRepository("VisionMonitor.sln")).ShouldBeTrue();
}
