namespace VisionMonitor.Panels;

/// <summary>Where the bytes of an image are fetched.</summary>
public static class ImageAddress
{
    /// <summary>A JPEG of at most 256 pixels.</summary>
    public static string Thumbnail(long projectId, long imageId) => $"/api/v1/projects/{projectId}/images/{imageId}/thumbnail";

    /// <summary>The stored bytes.</summary>
    public static string Content(long projectId, long imageId) => $"/api/v1/projects/{projectId}/images/{imageId}/content";

    /// <summary>A transparent PNG of masks, maps or segments in the image's size: <c>truth</c>, <c>predicted</c> or <c>difference</c>.</summary>
    public static string Layer(long projectId, long imageId, string layer, int? version, bool small = false) =>
        $"/api/v1/projects/{projectId}/images/{imageId}/layers/{layer}?{(version is { } number ? $"version={number}&" : "")}{(small ? "side=256" : "")}";

    /// <summary>The same; a new label is a new address, so that a browser does not show the old one.</summary>
    public static string Layer(long projectId, Monitoring.Storage.Image image, string layer, int? version) => $"{Layer(projectId, image.Id, layer, version)}revision={image.LabelRevision}";
}
