using VisionMonitor.Vision.Models;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// Where the centres of image pixels fall in a map that the network gives over its frame: between which two cells, and how near the
/// second. One axis; half-pixel centres, edges held, as torch's <c>interpolate</c> without aligned corners.
/// </summary>
internal sealed class MapSampling
{
    private MapSampling(int count) => (Cell, Next, Share) = (new int[count], new int[count], new float[count]);

    public int[] Cell { get; }

    public int[] Next { get; }

    /// <summary>Weight of <see cref="Next"/>, 0 to 1.</summary>
    public float[] Share { get; }

    public static MapSampling Across(in Placement placement, int cells) => Create(placement.ImageWidth, placement.ScaleX, placement.OffsetX, placement.FrameWidth, cells);

    public static MapSampling Down(in Placement placement, int cells) => Create(placement.ImageHeight, placement.ScaleY, placement.OffsetY, placement.FrameHeight, cells);

    /// <summary>The nearest cell of every position.</summary>
    public int Nearest(int position) => Share[position] < 0.5f ? Cell[position] : Next[position];

    private static MapSampling Create(int length, double scale, double offset, int frame, int cells)
    {
        MapSampling sampling = new(length);
        for (int position = 0; position < length; position++)
        {
            double place = ((position + 0.5) * scale + offset) * cells / frame - 0.5;
            double held = Math.Clamp(place, 0, cells - 1);
            int cell = (int)held;
            sampling.Cell[position] = cell;
            sampling.Next[position] = Math.Min(cell + 1, cells - 1);
            sampling.Share[position] = (float)(held - cell);
        }

        return sampling;
    }
}
