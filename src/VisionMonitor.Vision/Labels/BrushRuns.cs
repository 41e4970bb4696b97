using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Vision.Labels;

/// <summary>
/// Label Studio's brush masks: thi.ng's rle-pack over red, green, blue and alpha of every pixel, bit by bit. Not COCO's runs: a header of
/// length, word size and four run sizes, then blocks that repeat one word or spell several.
/// </summary>
internal static class BrushRuns
{
    private const int Channels = 4;

    public static RunLengthMask Read(ReadOnlySpan<byte> bytes, int width, int height)
    {
        Bits bits = new(bytes);
        long count = bits.Take(32);
        if (count != (long)width * height * Channels)
        {
            throw new RowException("mask_size_mismatch", $"a brush mask of {count} values; the image has {(long)width * height} pixels");
        }

        int wordSize = bits.Take(5) + 1;
        int[] runSizes = [bits.Take(4) + 1, bits.Take(4) + 1, bits.Take(4) + 1, bits.Take(4) + 1];
        byte[] pixels = new byte[width * height];
        for (int at = 0; at < count;)
        {
            bool isRepeated = bits.Take(1) == 1;
            int end = at + 1 + bits.Take(runSizes[bits.Take(2)]);
            if (end > count)
            {
                throw new RowException("mask_size_mismatch", "a brush mask's run goes beyond its end");
            }

            int word = isRepeated ? bits.Take(wordSize) : 0;
            for (; at < end; at++)
            {
                word = isRepeated ? word : bits.Take(wordSize);
                if (at % Channels == Channels - 1 && word > 0)
                {
                    pixels[at / Channels] = 1;
                }
            }
        }

        return RunLengthMask.FromPixels(height, width, pixels);
    }

    public static byte[] Write(RunLengthMask mask)
    {
        byte[] pixels = mask.ToPixels();
        List<bool> bits = [];
        Put(bits, pixels.Length * Channels, 32);
        Put(bits, 7, 5);
        foreach (int size in (int[])[2, 3, 7, 15])
        {
            Put(bits, size, 4);
        }

        for (int at = 0; at < pixels.Length;)
        {
            int end = at + 1;
            while (end < pixels.Length && pixels[end] == pixels[at] && (end - at + 1) * Channels <= 65_536)
            {
                end++;
            }

            Put(bits, 1, 1);
            Put(bits, 3, 2);
            Put(bits, (end - at) * Channels - 1, 16);
            Put(bits, pixels[at] == 0 ? 0 : 255, 8);
            at = end;
        }

        byte[] bytes = new byte[(bits.Count + 7) / 8];
        for (int at = 0; at < bits.Count; at++)
        {
            bytes[at / 8] |= (byte)(bits[at] ? 0x80 >> (at % 8) : 0);
        }

        return bytes;
    }

    private static void Put(List<bool> bits, long value, int count)
    {
        for (int bit = count - 1; bit >= 0; bit--)
        {
            bits.Add((value >> bit & 1) == 1);
        }
    }

    private ref struct Bits(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private long _at;

        public int Take(int count)
        {
            if (_at + count > _bytes.Length * 8L)
            {
                throw new RowException("mask_size_mismatch", "a brush mask ends early");
            }

            int value = 0;
            for (int bit = 0; bit < count; bit++, _at++)
            {
                value = value << 1 | _bytes[(int)(_at / 8)] >> (int)(7 - _at % 8) & 1;
            }

            return value;
        }
    }
}
