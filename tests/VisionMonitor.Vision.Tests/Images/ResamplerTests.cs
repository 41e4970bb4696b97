using System.Text.Json;
using VisionMonitor.Testing;
using VisionMonitor.Vision.Images;

namespace VisionMonitor.Vision.Tests.Images;

public sealed class ResamplerTests
{
    [Fact]
    public void Resize_GoldenPictures_EqualPillowAndAreWithinOneLevelOfTorch()
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.InRepository("tests", "golden", "vision", "resize.json")));
        int count = 0;
        foreach (JsonElement row in golden.RootElement.EnumerateArray())
        {
            ResizeKernel kernel = Enum.Parse<ResizeKernel>(row.GetProperty("kernel").GetString()!);
            using DecodedImage picture = Picture(row.GetProperty("width").GetInt32(), row.GetProperty("height").GetInt32());
            using DecodedImage resized = Resampler.Resize(picture, row.GetProperty("toWidth").GetInt32(), row.GetProperty("toHeight").GetInt32(), kernel);
            byte[] expected = row.GetProperty("rgb").GetBytesFromBase64();
            int largest = 0;
            for (int index = 0; index < expected.Length; index++)
            {
                largest = Math.Max(largest, Math.Abs(expected[index] - resized.Rgb[index]));
            }

            // torch resizes in floats; ours and Pillow's keep 8 bits between the passes.
            bool isTorch = kernel is ResizeKernel.Bilinear or ResizeKernel.Bicubic;
            largest.ShouldBeLessThanOrEqualTo(isTorch ? 1 : 0, $"{kernel} to {resized.Width} × {resized.Height}");
            count++;
        }

        count.ShouldBe(16);
    }

    [Fact]
    public void Resize_SameSize_ChangesNothing()
    {
        using DecodedImage picture = Picture(37, 23);
        foreach (ResizeKernel kernel in Enum.GetValues<ResizeKernel>())
        {
            using DecodedImage resized = Resampler.Resize(picture, 37, 23, kernel);
            resized.Rgb.SequenceEqual(picture.Rgb).ShouldBeTrue($"{kernel}");
        }
    }

    /// <summary>The picture of the golden file; the script that made it used the same formula.</summary>
    internal static DecodedImage Picture(int width, int height)
    {
        byte[] rgb = new byte[width * height * 3];
        for (int y = 0, at = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, at += 3)
            {
                rgb[at] = (byte)((x * 7 + y * 13 + x * y % 31 * 5) % 256);
                rgb[at + 1] = (byte)((x * x + 3 * y) % 256);
                rgb[at + 2] = (byte)((x / 5 + y / 3) % 2 == 0 ? 240 : 12);
            }
        }

        return DecodedImage.FromRgb(width, height, rgb);
    }
}
