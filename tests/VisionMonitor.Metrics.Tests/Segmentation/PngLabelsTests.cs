using VisionMonitor.Metrics.Segmentation;

namespace VisionMonitor.Metrics.Tests.Segmentation;

public sealed class PngLabelsTests
{
    private static byte[] Png => File.ReadAllBytes(Golden.Folder("segmentation", "s01_basic", "gt_000.png"));

    [Fact]
    public void Read_EveryCut_IsRefused()
    {
        byte[] png = Png;
        for (int length = 0; length < png.Length - 12; length++)
        {
            Should.Throw<InvalidDataException>(() => PngLabels.Read(png.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Read_HugeClaim_IsRefusedBeforeMemoryIsTaken()
    {
        byte[] png = Png;
        png[16] = 0x7F;
        Should.Throw<InvalidDataException>(() => PngLabels.Read(png)).Message.ShouldContain("claims");
        png = Png;
        (png[16], png[17], png[18], png[19]) = (0, 0, 0x3F, 0xFF);
        (png[20], png[21], png[22], png[23]) = (0, 0, 0x3F, 0xFF);
        Should.Throw<InvalidDataException>(() => PngLabels.Read(png)).Message.ShouldContain("less than");
    }

    [Fact]
    public void ToLabelMap_Colours_IsRefused() =>
        Should.Throw<InvalidDataException>(() => PngLabels.Read(File.ReadAllBytes(Golden.Folder("drift", "images", "const_rgb.png"))).ToLabelMap());
}
