using Microsoft.Extensions.Caching.Memory;
using Microsoft.Net.Http.Headers;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Images;

namespace VisionMonitor.Endpoints;

/// <summary>The bytes of images for browsers. Bytes under a hash never change, so a browser may keep them.</summary>
internal sealed class ImageFiles(BlobStore blobs) : IDisposable
{
    public const int ThumbnailSidePixels = 256;

    private const long MostCachedBytes = 64 * 1024 * 1024;

    private readonly MemoryCache _thumbnails = new(new MemoryCacheOptions { SizeLimit = MostCachedBytes });

    public async Task<FileAnswer> ReadAsync(string sha256, CancellationToken cancellationToken)
    {
        byte[] bytes = await blobs.ReadAsync(sha256, cancellationToken);
        return new FileAnswer(bytes, ImageDecoder.ReadHeader(bytes, ImageLimits.Default).MediaType);
    }

    public async Task<FileAnswer> ThumbnailAsync(string sha256, CancellationToken cancellationToken)
    {
        if (!_thumbnails.TryGetValue(sha256, out byte[]? small))
        {
            using DecodedImage image = ImageDecoder.Decode(await blobs.ReadAsync(sha256, cancellationToken), ImageLimits.Default);
            small = Thumbnails.Encode(image, ThumbnailSidePixels);
            _thumbnails.Set(sha256, small, new MemoryCacheEntryOptions { Size = small.Length });
        }

        return new FileAnswer(small!, "image/jpeg");
    }

    /// <summary>Answers with the bytes, and with 304 to a browser that has them.</summary>
    public static IResult Answer(HttpContext context, string sha256, FileAnswer file)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.CacheControl = "private, max-age=31536000, immutable";

        // Somebody else's bytes: shown as a picture, never run as a page.
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers.ContentDisposition = "inline";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        return TypedResults.Bytes(file.Bytes, file.MediaType, entityTag: new EntityTagHeaderValue($"\"{sha256}-{file.Bytes.Length}\""));
    }

    public void Dispose() => _thumbnails.Dispose();
}

/// <summary>Bytes and what they are.</summary>
internal sealed record FileAnswer(byte[] Bytes, string MediaType);
