namespace VisionMonitor.Vision.Models;

/// <summary>How the program Tesseract is called.</summary>
public sealed record TesseractSettings
{
    /// <summary>Languages by Tesseract's names (<c>eng</c>, <c>kor</c>), the most likely first; each is a Debian package, <c>tesseract-ocr-kor</c>.</summary>
    public IReadOnlyList<string> Languages { get; init; } = ["eng"];

    /// <summary>Tesseract's page segmentation, 0 to 13: 3 finds the layout of a page, 6 one block, 7 one line, 11 scattered text.</summary>
    public int PageSegmentation { get; init; } = 3;

    /// <summary>The longest that one image may take, in seconds.</summary>
    public double TimeLimitSeconds { get; init; } = 60;
}
