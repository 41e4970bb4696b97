using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Vision.Tests.Models;

public sealed class TensorPreparationTests
{
    private static readonly ModelInput _input = new() { Name = "x", Width = 2, Height = 2, Scale = 1 };

    [Fact]
    public void Fill_Planes_AreInTheOrderOfTheNetwork()
    {
        Fill(_input).ShouldBe([10, 40, 10, 40, 20, 50, 20, 50, 30, 60, 30, 60]);
        Fill(_input with { Colours = ColourOrder.Bgr }).ShouldBe([30, 60, 30, 60, 20, 50, 20, 50, 10, 40, 10, 40]);
    }

    [Fact]
    public void Fill_Interleaved_KeepsPixelsTogether()
    {
        Fill(_input with { Layout = TensorLayout.Nhwc }).ShouldBe([10, 20, 30, 40, 50, 60, 10, 20, 30, 40, 50, 60]);
        Fill(_input with { Layout = TensorLayout.Nhwc, Colours = ColourOrder.Bgr }).ShouldBe([30, 20, 10, 60, 50, 40, 30, 20, 10, 60, 50, 40]);
    }

    [Fact]
    public void Fill_MeanAndDeviation_AreInTheOrderOfTheNetwork() =>
        Fill(_input with { Colours = ColourOrder.Bgr, Mean = [30, 20, 10], Deviation = [10, 5, 2] }).ShouldBe([0, 3, 0, 3, 0, 6, 0, 6, 0, 15, 0, 15]);

    [Fact]
    public void Fill_Grey_IsPilsLuma()
    {
        // 0.299 · 10 + 0.587 · 20 + 0.114 · 30 = 18.15 and 0.299 · 40 + 0.587 · 50 + 0.114 · 60 = 48.15.
        Fill(_input with { Colours = ColourOrder.Grey }).ShouldBe([18, 48, 18, 48]);
    }

    [Fact]
    public void Fill_Letterbox_HasItsGreyAroundTheImage()
    {
        // 2 × 1 pixels in 4 × 4: two rows of image between one of grey above and one below.
        float[] planes = Fill(_input with { Width = 4, Height = 4, Resize = ResizeKind.LetterboxCentred, Kernel = ResizeKernel.Nearest }, height: 1);
        planes[..16].ShouldBe([114, 114, 114, 114, 10, 10, 40, 40, 10, 10, 40, 40, 114, 114, 114, 114]);
    }

    [Fact]
    public void Fill_TextLine_HasZerosAfterNormalising()
    {
        float[] planes = Fill(_input with { Width = 6, Resize = ResizeKind.TextLine, Mean = [5], Kernel = ResizeKernel.Nearest });
        planes[..6].ShouldBe([5, 35, 0, 0, 0, 0]);
    }

    [Fact]
    public void Fill_CentreCrop_TakesTheMiddle()
    {
        using DecodedImage image = DecodedImage.FromRgb(4, 2, [1, 0, 0, 2, 0, 0, 3, 0, 0, 4, 0, 0, 5, 0, 0, 6, 0, 0, 7, 0, 0, 8, 0, 0]);
        Fill(_input with { Resize = ResizeKind.CentreCrop }, image)[..4].ShouldBe([2, 3, 6, 7]);
    }

    private static float[] Fill(ModelInput input, int height = 2)
    {
        byte[] row = [10, 20, 30, 40, 50, 60];
        using DecodedImage image = DecodedImage.FromRgb(2, height, [.. Enumerable.Repeat(row, height).SelectMany(bytes => bytes)]);
        return Fill(input, image);
    }

    private static float[] Fill(ModelInput input, DecodedImage image)
    {
        TensorPreparation preparation = new(input);
        Placement placement = preparation.PlacementOf(image.Width, image.Height);
        float[] tensor = new float[placement.FrameWidth * placement.FrameHeight * input.Channels];
        preparation.Fill(image, tensor);
        return tensor;
    }
}
