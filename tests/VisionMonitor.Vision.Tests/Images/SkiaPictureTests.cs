using VisionMonitor.Vision.Images;

namespace VisionMonitor.Vision.Tests.Images;

public sealed class SkiaPictureTests
{
    /// <summary>Every length around the width of a vector, so that steps, their overlap and the rest are all met.</summary>
    [Fact]
    public void Pack_AnyNumberOfPixels_LeavesOutTheFourthByteOfEach()
    {
        for (int count = 0; count < 40; count++)
        {
            byte[] rgba = [.. Enumerable.Range(0, count * 4).Select(index => (byte)(index % 4 == 3 ? 255 : index))];
            byte[] rgb = new byte[count * 3];
            SkiaPicture.Pack(rgba, rgb);
            rgb.ShouldBe(rgba.Where((_, index) => index % 4 != 3), $"{count} pixels");
        }
    }
}
