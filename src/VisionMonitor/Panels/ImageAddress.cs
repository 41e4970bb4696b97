namespace VisionMonitor.Panels;

/// <summary>Where the bytes of an image are fetched.</summary>
public static class ImageAddress
{
    /// <summary>A JPEG of at most 256 pixels.</summary>
    public static string Thumbnail(long projectId, long imageId) => $"/api/v1/projects/{projectId}/images/{imageId}/thumbnail";

    /// <summary>The stored bytes.</summary>
    public static string Content(long projectId, long imageId) => $"/api/v1/projects/{projectId}/images/{imageId}/content";
}
