using System.Globalization;
using System.Numerics.Tensors;
using SkiaSharp;

namespace VisionMonitor.Vision.Images.Corruptions;

/// <summary>A lens out of focus: Gaussian blur, σ in pixels.</summary>
public sealed class GaussianBlur : ICorruption
{
    // Skia draws a blur below about two pixels with boxes of whole pixels, so that 0.6 is none at all and 1.8 is 1.2.
    private const double ExactBelow = 2.5;

    /// <inheritdoc/>
    public string Id => "gaussian-blur";

    /// <inheritdoc/>
    public string Name => "Gaussian blur";

    /// <inheritdoc/>
    public double Neutral => 0;

    /// <inheritdoc/>
    public IReadOnlyList<double> Strengths { get; } = [0.6, 1, 1.6, 2.4, 3.6, 5.5];

    /// <inheritdoc/>
    public bool IsInPixels => true;

    /// <inheritdoc/>
    public bool MovesObjects => false;

    /// <inheritdoc/>
    public string Describe(double strength) => string.Create(CultureInfo.InvariantCulture, $"σ {strength:0.0#} px");

    /// <inheritdoc/>
    public string Augmentation(double strength) => string.Create(CultureInfo.InvariantCulture, $"Train with Gaussian blur of random σ from 0 to {1.5 * strength:0.#} px.");

    /// <inheritdoc/>
    public DecodedImage Apply(DecodedImage image, double strength, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegative(strength);
        if (strength < ExactBelow)
        {
            return Exact(image, strength);
        }

        using SKImageFilter blur = SKImageFilter.CreateBlur((float)strength, (float)strength, SKShaderTileMode.Clamp);
        using SKPaint paint = new() { ImageFilter = blur };
        return SkiaPicture.Redraw(image, (canvas, picture) => canvas.DrawImage(picture, 0, 0, paint));
    }

    /// <summary>Both passes with the kernel itself, along rows and then down columns.</summary>
    private static DecodedImage Exact(DecodedImage image, double sigma)
    {
        int radius = (int)Math.Ceiling(3 * sigma), stride = image.Width * 3;
        float[] kernel = [.. Enumerable.Range(-radius, (2 * radius) + 1).Select(step => sigma > 0 ? (float)Math.Exp(-step * step / (2 * sigma * sigma)) : 1)];
        float total = kernel.Sum();
        DecodedImage blurred = new(image.Width, image.Height);
        float[] across = new float[stride * image.Height], row = new float[stride];
        for (int y = 0; y < image.Height; y++)
        {
            ReadOnlySpan<byte> from = image.Rgb.Slice(y * stride, stride);
            Span<float> to = across.AsSpan(y * stride, stride);
            for (int index = 0; index < stride; index++)
            {
                (int x, int channel) = (index / 3, index % 3);
                float sum = 0;
                for (int tap = 0; tap < kernel.Length; tap++)
                {
                    sum += kernel[tap] * from[(Math.Clamp(x + tap - radius, 0, image.Width - 1) * 3) + channel];
                }

                to[index] = sum / total;
            }
        }

        for (int y = 0; y < image.Height; y++)
        {
            Array.Clear(row);
            for (int tap = 0; tap < kernel.Length; tap++)
            {
                TensorPrimitives.MultiplyAdd(across.AsSpan(Math.Clamp(y + tap - radius, 0, image.Height - 1) * stride, stride), kernel[tap] / total, row, row);
            }

            Span<byte> target = blurred.Pixels.Slice(y * stride, stride);
            for (int index = 0; index < stride; index++)
            {
                target[index] = (byte)(row[index] + 0.5f);
            }
        }

        return blurred;
    }
}
