using System.Security.Cryptography;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Tests.Storage;

public sealed class BlobStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("visionmonitor-blobs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task WriteAsync_TheSameBytesTwice_StoresOneFileUnderTheirHash()
    {
        BlobStore store = new(_folder);
        byte[] bytes = [1, 2, 3];

        string first = await store.WriteAsync(bytes, TestContext.Current.CancellationToken);
        string second = await store.WriteAsync(bytes, TestContext.Current.CancellationToken);

        first.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        second.ShouldBe(first);
        Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Length.ShouldBe(1);
        (await store.ReadAsync(first, TestContext.Current.CancellationToken)).ShouldBe(bytes);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF")]
    public void PathOf_AnythingButAKey_IsRefused(string key) =>
        Should.Throw<ArgumentException>(() => new BlobStore(_folder).PathOf(key));
}
