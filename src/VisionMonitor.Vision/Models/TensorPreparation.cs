using System.Buffers;
using System.Collections.Concurrent;
using VisionMonitor.Vision.Images;

namespace VisionMonitor.Vision.Models;

/// <summary>
/// Writes images into a network's input; any number of threads at once. Weights are remembered per image size, so a camera's images
/// cost no set-up.
/// </summary>
internal sealed class TensorPreparation
{
    private readonly ModelInput _input;

    /// <summary>The normalised value of every grey level, per channel of the network: scaling by table is exact and fast.</summary>
    private readonly float[][] _levels;

    /// <summary>A set of photographs has dozens of sizes; one that has more starts over.</summary>
    private const int MaxSizes = 64;

    private readonly ConcurrentDictionary<(int Width, int Height), Fit> _fits = [];

    public TensorPreparation(ModelInput input)
    {
        _input = input;
        _levels = [.. Enumerable.Range(0, input.Channels).Select(channel => Levels(input, channel))];
    }

    /// <summary>The placement of an image of this size; its frame says how long the tensor must be.</summary>
    public Placement PlacementOf(int imageWidth, int imageHeight) => FitOf(imageWidth, imageHeight).Placement;

    private Fit FitOf(int imageWidth, int imageHeight)
    {
        if (_fits.TryGetValue((imageWidth, imageHeight), out Fit? known))
        {
            return known;
        }

        Placement placement = Placement.Of(_input, imageWidth, imageHeight);
        int inner = (int)Math.Round(imageWidth * placement.ScaleX);
        int tall = (int)Math.Round(imageHeight * placement.ScaleY);
        (int left, int width) = Visible(placement.OffsetX, inner, placement.FrameWidth);
        (int top, int height) = Visible(placement.OffsetY, tall, placement.FrameHeight);
        Fit fit = new(
            placement,
            ResizeTaps.Create(imageWidth, inner, _input.Kernel, left, width),
            ResizeTaps.Create(imageHeight, tall, _input.Kernel, top, height));
        if (_fits.Count >= MaxSizes)
        {
            _fits.Clear();
        }

        return _fits[(imageWidth, imageHeight)] = fit;
    }

    /// <summary>Resizes, fills and normalises into <paramref name="tensor"/>, in the input's layout.</summary>
    public void Fill(DecodedImage image, Span<float> tensor)
    {
        (Placement placement, ResizeTaps across, ResizeTaps down) = FitOf(image.Width, image.Height);
        (int width, int height) = (placement.FrameWidth, placement.FrameHeight);
        ArgumentOutOfRangeException.ThrowIfNotEqual(tensor.Length, width * height * _input.Channels);
        int innerWidth = across.First.Length;
        int innerHeight = down.First.Length;
        int left = Math.Max(0, (int)placement.OffsetX);
        int top = Math.Max(0, (int)placement.OffsetY);
        if (innerWidth < width || innerHeight < height)
        {
            FillAround(tensor, width * height);
        }

        byte[] resized = ArrayPool<byte>.Shared.Rent(innerWidth * innerHeight * 3);
        try
        {
            Resampler.Resize(image, across, down, resized, innerWidth * 3);
            for (int row = 0; row < innerHeight; row++)
            {
                ReadOnlySpan<byte> rgb = resized.AsSpan(row * innerWidth * 3, innerWidth * 3);
                int pixel = (top + row) * width + left;
                if (_input.Colours == ColourOrder.Grey)
                {
                    WriteGrey(rgb, tensor.Slice(pixel, innerWidth));
                }
                else if (IsInterleaved)
                {
                    WriteInterleaved(rgb, tensor.Slice(pixel * 3, innerWidth * 3));
                }
                else
                {
                    WritePlanes(rgb, tensor, pixel, width * height);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(resized);
        }
    }

    private bool IsInterleaved => _input.Layout is TensorLayout.Nhwc or TensorLayout.Hwc;

    private static (int Start, int Count) Visible(double offset, int inner, int frame)
    {
        int start = Math.Max(0, -(int)offset);
        return (start, Math.Min(inner - start, frame - Math.Max(0, (int)offset)));
    }

    private void FillAround(Span<float> tensor, int plane)
    {
        // A padded text line has zeros after normalising; a letterbox has a grey level before it.
        bool isZero = _input.Resize is ResizeKind.TextLine or ResizeKind.PaddedTopLeft;
        if (IsInterleaved && _input.Channels == 3 && !isZero)
        {
            for (int index = 0; index < tensor.Length; index++)
            {
                tensor[index] = _levels[index % 3][_input.Fill];
            }

            return;
        }

        for (int channel = 0; channel < _input.Channels; channel++)
        {
            tensor.Slice(channel * plane, plane).Fill(isZero ? 0 : _levels[channel][_input.Fill]);
        }
    }

    private void WritePlanes(ReadOnlySpan<byte> rgb, Span<float> tensor, int pixel, int plane)
    {
        int count = rgb.Length / 3;
        bool isBgr = _input.Colours == ColourOrder.Bgr;
        for (int channel = 0; channel < 3; channel++)
        {
            ReadOnlySpan<float> levels = _levels[channel];
            Span<float> target = tensor.Slice(channel * plane + pixel, count);
            int from = isBgr ? 2 - channel : channel;
            for (int x = 0; x < target.Length; x++, from += 3)
            {
                target[x] = levels[rgb[from]];
            }
        }
    }

    private void WriteInterleaved(ReadOnlySpan<byte> rgb, Span<float> target)
    {
        (int first, int last) = _input.Colours == ColourOrder.Bgr ? (2, 0) : (0, 2);
        for (int at = 0; at < target.Length; at += 3)
        {
            target[at] = _levels[0][rgb[at + first]];
            target[at + 1] = _levels[1][rgb[at + 1]];
            target[at + 2] = _levels[2][rgb[at + last]];
        }
    }

    private void WriteGrey(ReadOnlySpan<byte> rgb, Span<float> target)
    {
        for (int x = 0, at = 0; x < target.Length; x++, at += 3)
        {
            // PIL's "L": BT.601 weights as 16-bit integers.
            target[x] = _levels[0][(rgb[at] * 19_595 + rgb[at + 1] * 38_470 + rgb[at + 2] * 7_471 + 0x8000) >> 16];
        }
    }

    private static float[] Levels(ModelInput input, int channel)
    {
        double mean = Of(input.Mean, channel, 0);
        double deviation = Of(input.Deviation, channel, 1);
        return [.. Enumerable.Range(0, 256).Select(level => (float)((level * input.Scale - mean) / deviation))];

        static double Of(IReadOnlyList<double> values, int channel, double otherwise) =>
            values.Count == 0 ? otherwise : values[values.Count == 1 ? 0 : channel];
    }

    private sealed record Fit(Placement Placement, ResizeTaps Across, ResizeTaps Down);
}
