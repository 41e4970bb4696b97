namespace VisionMonitor.Vision.Archives;

/// <summary>An archive that is refused as a whole, with a stable code and a sentence.</summary>
public sealed class ArchiveException : Exception
{
    /// <summary>Creates the refusal.</summary>
    public ArchiveException(string code, string sentence)
        : base(sentence) => Code = code;

    /// <summary>
    /// One of <c>corrupt_archive</c>, <c>too_many_entries</c>, <c>zip_ratio_exceeded</c>, <c>archive_too_large</c>, <c>unsafe_path</c>,
    /// <c>symlink_forbidden</c>, <c>encrypted_archive</c>.
    /// </summary>
    public string Code { get; }
}
