using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Masks;

namespace VisionMonitor.Vision.Tests.Masks;

public sealed class MaskOutlineTests
{
    [Fact]
    public void OfLargestPart_PartsAHoleAndACornerThatTouches_IsTheOuterOutline()
    {
        // A ring of eight pixels with a hole, and a pixel that touches it at a corner only.
        RunLengthMask mask = Paint("""
            .....
            .###.
            .#.#.
            .###.
            ....#
            """);
        MaskOutline.OfLargestPart(mask).ShouldBe([1, 1, 4, 1, 4, 4, 1, 4]);
        MaskOutline.OfLargestPart(Paint("...\n...")).ShouldBeEmpty();
    }

    [Fact]
    public void OfLargestPart_Filled_IsThePartAgain()
    {
        RunLengthMask mask = Paint("""
            #....##
            ##..##.
            .####..
            ..##...
            ..#####
            """);
        RunLengthMask.FromPolygon(mask.Height, mask.Width, MaskOutline.OfLargestPart(mask)).ToPixels().ShouldBe(mask.ToPixels());
    }

    private static RunLengthMask Paint(string picture)
    {
        string[] rows = picture.Split('\n');
        return RunLengthMask.FromPixels(rows.Length, rows[0].Length, [.. string.Concat(rows).Select(one => one == '#' ? (byte)1 : (byte)0)]);
    }
}
