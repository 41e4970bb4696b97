using SkiaSharp;

namespace VisionMonitor.Vision.Masks;

/// <summary>Draws a layer as a transparent picture over its image: a tint per class, and a firm line where one object meets another.</summary>
public static class LayerPicture
{
    private const byte TintAlpha = 0x78;
    private const byte LineAlpha = 0xff;

    /// <summary>Okabe and Ito's colours, which are told apart by people who see few of them.</summary>
    private static readonly SKColor[] _classColours =
    [
        new(0x56, 0xb4, 0xe9), new(0xe6, 0x9f, 0x00), new(0x00, 0x9e, 0x73), new(0xcc, 0x79, 0xa7), new(0xd5, 0x5e, 0x00), new(0xf0, 0xe4, 0x42), new(0x00, 0x72, 0xb2),
    ];

    /// <summary>False, missed and mistaken, in the hues that the pages give to false and missed boxes.</summary>
    private static readonly SKColor[] _differenceColours = [new(0xff, 0x8f, 0x6b), new(0xf0, 0xe4, 0x42), new(0xcc, 0x79, 0xa7)];

    /// <summary>The names of classes that mean that nothing is there.</summary>
    private static readonly HashSet<string> _blankNames = new(StringComparer.OrdinalIgnoreCase) { "background", "_background_", "unlabeled", "unlabelled", "void", "none", "nothing" };

    /// <summary>The indexes of classes that mean that nothing is there, such as <c>background</c>; they are not tinted.</summary>
    public static IReadOnlySet<int> BlankOf(IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(classNames);
        return classNames.Index().Where(pair => _blankNames.Contains(pair.Item)).Select(pair => pair.Index).ToHashSet();
    }

    /// <summary>The colour of a class as <c>#rrggbb</c>.</summary>
    public static string ColourOf(int classIndex) => Hex(ClassColour(classIndex));

    /// <summary>A transparent PNG whose longer side is at most <paramref name="maxSidePixels"/>.</summary>
    /// <param name="layer">What is drawn.</param>
    /// <param name="blank">Classes that are not tinted.</param>
    /// <param name="maxSidePixels">The longest side in pixels.</param>
    /// <param name="isDifference">Whether the classes are the kinds of a difference.</param>
    public static byte[] Encode(PixelLayer layer, IReadOnlySet<int> blank, int maxSidePixels, bool isDifference = false)
    {
        using SKBitmap bitmap = Draw(layer, blank, maxSidePixels, isDifference);
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>The layer over a JPEG of its image, as a JPEG of the same size.</summary>
    /// <param name="jpeg">The image, possibly smaller.</param>
    /// <param name="layer">What is drawn.</param>
    /// <param name="blank">Classes that are not tinted.</param>
    /// <param name="isDifference">Whether the classes are the kinds of a difference.</param>
    public static byte[] Over(byte[] jpeg, PixelLayer layer, IReadOnlySet<int> blank, bool isDifference = false)
    {
        using SKBitmap bitmap = SKBitmap.Decode(jpeg);
        using SKBitmap tint = Draw(layer, blank, Math.Max(bitmap.Width, bitmap.Height), isDifference);
        using SKCanvas canvas = new(bitmap);
        canvas.DrawBitmap(tint, new SKRect(0, 0, bitmap.Width, bitmap.Height));
        canvas.Flush();
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 85);
        return data.ToArray();
    }

    private static SKBitmap Draw(PixelLayer layer, IReadOnlySet<int> blank, int maxSidePixels, bool isDifference)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(blank);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxSidePixels);
        double scale = Math.Min(1, (double)maxSidePixels / Math.Max(layer.Width, layer.Height));
        (int width, int height) = (Math.Max(1, (int)Math.Round(layer.Width * scale)), Math.Max(1, (int)Math.Round(layer.Height * scale)));
        SKBitmap bitmap = new(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        Span<byte> rgba = bitmap.GetPixelSpan();
        for (int y = 0, to = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, to += 4)
            {
                int pixel = At(x, y);
                int kind = layer.Classes[pixel];
                if (kind < 0 || (!isDifference && blank.Contains(kind)))
                {
                    continue;
                }

                SKColor colour = isDifference ? _differenceColours[kind] : ClassColour(kind);
                bool isRim = !isDifference && (IsOther(pixel, At(Math.Min(x + 1, width - 1), y)) || IsOther(pixel, At(x, Math.Min(y + 1, height - 1))));
                (rgba[to], rgba[to + 1], rgba[to + 2], rgba[to + 3]) = (colour.Red, colour.Green, colour.Blue, isRim ? LineAlpha : TintAlpha);
            }
        }

        return bitmap;

        int At(int x, int y) => (int)((long)y * layer.Height / height) * layer.Width + (int)((long)x * layer.Width / width);

        bool IsOther(int pixel, int next) => layer.Classes[pixel] != layer.Classes[next] || layer.Objects[pixel] != layer.Objects[next];
    }

    private static SKColor ClassColour(int classIndex) => _classColours[classIndex % _classColours.Length];

    private static string Hex(SKColor colour) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"#{colour.Red:x2}{colour.Green:x2}{colour.Blue:x2}");
}
