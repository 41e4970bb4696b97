using System.IO.Compression;
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

    /// <summary>Widths around the four pixels that are joined at once, and random bytes in all three channels.</summary>
    [Fact]
    public void ToPanopticIds_EveryWidth_JoinsThreeBytes()
    {
        var random = new Random(5);
        for (int width = 1; width <= 40; width++)
        {
            byte[] samples = new byte[3 * width];
            random.NextBytes(samples);

            using PngLabels png = PngLabels.Read(Rgb(width, samples));
            png.ToPanopticIds().ShouldBe(Enumerable.Range(0, width).Select(x => samples[3 * x] + (256 * samples[(3 * x) + 1]) + (65536 * samples[(3 * x) + 2])), $"width {width}");
        }
    }

    /// <summary>A PNG of one unfiltered row; this reader does not look at checksums.</summary>
    private static byte[] Rgb(int width, byte[] samples)
    {
        using var data = new MemoryStream();
        using (var packed = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
        {
            packed.WriteByte(0);
            packed.Write(samples);
        }

        return
        [
            0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A,
            0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0, (byte)width, 0, 0, 0, 1, 8, 2, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0, (byte)data.Length, .. "IDAT"u8, .. data.ToArray(), 0, 0, 0, 0,
            0, 0, 0, 0, .. "IEND"u8, 0, 0, 0, 0,
        ];
    }

    [Fact]
    public void ToLabelMap_Colours_IsRefused() =>
        Should.Throw<InvalidDataException>(() => PngLabels.Read(File.ReadAllBytes(Golden.Folder("drift", "images", "const_rgb.png"))).ToLabelMap());
}
