namespace VisionMonitor.Testing;

/// <summary>
/// Finds material that lies beside the checkout (real models, reference outputs of third parties). It is not part of
/// the project, so a test that needs it skips, and says so, where it is absent.
/// </summary>
internal static class SharedFolder
{
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>A path below <c>../shared</c>; skips the running test with a reason when it does not exist.</summary>
    public static string Require(params ReadOnlySpan<string> parts)
    {
        string path = Path.Combine([RepositoryRoot, "..", "shared", .. parts]);
        Assert.SkipUnless(File.Exists(path) || Directory.Exists(path), $"skipped: ../shared/{string.Join('/', parts.ToArray())} is not beside this checkout");
        return Path.GetFullPath(path);
    }

    /// <summary>A path below the repository, which is always there.</summary>
    public static string InRepository(params ReadOnlySpan<string> parts) => Path.Combine([RepositoryRoot, .. parts]);

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "VisionMonitor.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests run inside a checkout of VisionMonitor: VisionMonitor.sln was not found above the test binaries.");
    }
}
