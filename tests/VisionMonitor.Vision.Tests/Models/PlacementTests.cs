using VisionMonitor.Vision.Models;

namespace VisionMonitor.Vision.Tests.Models;

public sealed class PlacementTests
{
    [Theory]
    [InlineData(ResizeKind.Stretch, 1280, 720, 0.5, 640 / 720.0, 0, 0, 640, 640)]
    [InlineData(ResizeKind.LetterboxCentred, 1280, 720, 0.5, 0.5, 0, 140, 640, 640)]
    [InlineData(ResizeKind.LetterboxCentred, 810, 1080, 480 / 810.0, 640 / 1080.0, 80, 0, 640, 640)]
    [InlineData(ResizeKind.LetterboxCentred, 640, 639, 1, 1, 0, 0, 640, 640)]
    [InlineData(ResizeKind.LetterboxTopLeft, 1280, 720, 0.5, 0.5, 0, 0, 640, 640)]
    [InlineData(ResizeKind.CentreCrop, 1000, 500, 1400 / 1000.0, 1.4, -380, -30, 640, 640)]
    [InlineData(ResizeKind.LongerSideLimit, 1000, 500, 640 / 1000.0, 320 / 500.0, 0, 0, 640, 320)]
    [InlineData(ResizeKind.ShorterSideLimit, 1000, 500, 0.64, 0.64, 0, 0, 640, 320)]
    [InlineData(ResizeKind.None, 33, 44, 1, 1, 0, 0, 33, 44)]
    public void Of_Kinds_AreAsTheirAuthors(ResizeKind kind, int width, int height, double scaleX, double scaleY, double left, double top, int frameWidth, int frameHeight)
    {
        ModelInput input = new() { Name = "x", Width = 640, Height = 640, Resize = kind, ShorterSide = 700 };
        Placement placement = Placement.Of(input, width, height);
        placement.ScaleX.ShouldBe(scaleX, 1e-12);
        placement.ScaleY.ShouldBe(scaleY, 1e-12);
        (placement.OffsetX, placement.OffsetY).ShouldBe((left, top));
        (placement.FrameWidth, placement.FrameHeight).ShouldBe((frameWidth, frameHeight));

        // The way back from the frame is the way there.
        placement.ToImageX(10 * scaleX + left).ShouldBe(10, 1e-9);
        placement.ToImageY(20 * scaleY + top).ShouldBe(20, 1e-9);
        placement.ToImageX(-1e9).ShouldBe(0);
        placement.ToImageY(1e9).ShouldBe(height);
    }

    [Fact]
    public void Of_TextLine_GrowsWithTheLine()
    {
        ModelInput input = new() { Name = "x", Width = 320, Height = 32, Resize = ResizeKind.TextLine };
        Placement.Of(input, 100, 20).FrameWidth.ShouldBe(320);
        Placement.Of(input, 500, 20).FrameWidth.ShouldBe(800);
    }
}
