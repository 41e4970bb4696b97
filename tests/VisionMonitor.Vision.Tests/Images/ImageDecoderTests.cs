using System.Text.Json;
using VisionMonitor.Vision.Images;

namespace VisionMonitor.Vision.Tests.Images;

public sealed class ImageDecoderTests
{
    private static readonly (string Name, int X, int Y)[] _quadrants = [("TL", 16, 12), ("TR", 48, 12), ("BL", 16, 36), ("BR", 48, 36)];

    [Fact]
    public void Decode_HostileFiles_GetTheirVerdicts()
    {
        List<string> wrong = [];
        foreach (HostileFile file in HostileFile.All("img/"))
        {
            string answer = Answer(file);
            bool isRight = file.Verdict switch
            {
                "accept" => answer == "accept" || answer == file.AlternativeRefusal,
                "accept_warn" => answer == $"accept {file.Code}" || answer == file.AlternativeRefusal,
                "reject" => answer == file.Code,
                _ => answer.StartsWith("accept", StringComparison.Ordinal) || answer is "corrupt_image" or "truncated_image" or "invalid_dimensions" or "image_too_large",
            };
            if (!isRight)
            {
                wrong.Add($"{file.Path}: expected {file.Verdict} {file.Code}, got {answer}");
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void Decode_AcceptedCards_HaveTheirColoursUpright()
    {
        foreach (HostileFile file in HostileFile.All("img/ok/"))
        {
            using DecodedImage image = ImageDecoder.Decode(file.Bytes, ImageLimits.Default);
            ImageHeader header = ImageDecoder.ReadHeader(file.Bytes, ImageLimits.Default);
            (header.Width, header.Height).ShouldBe((image.Width, image.Height), file.Path);
            if (file.Row.GetProperty("expect_size").ValueKind == JsonValueKind.Array)
            {
                (image.Width, image.Height).ShouldBe((64, 48), file.Path);
            }

            JsonElement quadrants = file.Row.GetProperty("expect_quadrants");
            if (quadrants.ValueKind == JsonValueKind.Object)
            {
                AssertQuadrants(image, quadrants, file.Row.GetProperty("tolerance").GetInt32(), file.Path);
            }
        }
    }

    [Fact]
    public void Decode_TransparentCorner_LiesOnWhite()
    {
        HostileFile file = HostileFile.All("img/ok/palette_alpha.png")[0];
        using DecodedImage image = ImageDecoder.Decode(file.Bytes, ImageLimits.Default);
        Pixel(image, 48, 36).ShouldBe([255, 255, 255]);
    }

    [Fact]
    public void Decode_ImageOverTheLimit_IsRefusedByItsHeader()
    {
        byte[] png = TinyPng();
        ImageFormatException refusal = Should.Throw<ImageFormatException>(() => ImageDecoder.Decode(png, new() { MaxPixels = 3 }));
        refusal.Code.ShouldBe("image_too_large");
        Should.Throw<ImageFormatException>(() => ImageDecoder.Decode(png, new() { MaxBytes = 10 })).Code.ShouldBe("file_too_large");
    }

    [Fact]
    public void Decode_TinyPng_GivesItsPixels()
    {
        using DecodedImage image = ImageDecoder.Decode(TinyPng(), ImageLimits.Default);
        image.Rgb.ToArray().ShouldBe([255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30]);
    }

    private static string Answer(HostileFile file)
    {
        try
        {
            byte[] bytes = file.Bytes;
            IReadOnlyList<string> warnings = ImageDecoder.ReadHeader(bytes, ImageLimits.Default).Warnings(file.Path);
            using DecodedImage image = ImageDecoder.Decode(bytes, ImageLimits.Default);
            return string.Join(' ', ["accept", .. warnings]);
        }
        catch (ImageFormatException refusal)
        {
            return refusal.Code;
        }
    }

    private static void AssertQuadrants(DecodedImage image, JsonElement quadrants, int tolerance, string path)
    {
        foreach ((string name, int x, int y) in _quadrants)
        {
            if (quadrants.TryGetProperty(name, out JsonElement colour))
            {
                byte[] found = Pixel(image, x, y);
                for (int channel = 0; channel < 3; channel++)
                {
                    Math.Abs(found[channel] - colour[channel].GetInt32()).ShouldBeLessThanOrEqualTo(tolerance, $"{path} {name} channel {channel}: {string.Join(',', found)}");
                }
            }
        }
    }

    private static byte[] Pixel(DecodedImage image, int x, int y) => image.Rgb.Slice((y * image.Width + x) * 3, 3).ToArray();

    private static byte[] TinyPng()
    {
        using SkiaSharp.SKBitmap bitmap = new(2, 2);
        bitmap.SetPixel(0, 0, new(255, 0, 0));
        bitmap.SetPixel(1, 0, new(0, 255, 0));
        bitmap.SetPixel(0, 1, new(0, 0, 255));
        bitmap.SetPixel(1, 1, new(10, 20, 30));
        using SkiaSharp.SKData data = bitmap.Encode(SkiaSharp.SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
