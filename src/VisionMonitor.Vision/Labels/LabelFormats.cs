namespace VisionMonitor.Vision.Labels;

/// <summary>The list of label formats, the most telling first.</summary>
public static class LabelFormats
{
    /// <summary>Every format.</summary>
    public static IReadOnlyList<ILabelFormat> All { get; } =
    [
        new LabelmeJson(),
        new LabelStudioJson(),
        new CocoPanoptic(),
        new CocoJson(),
        new YoloText(),
        new CvatXml(),
        new PascalVoc(),
        new PaddleText(),
        new IcdarText(),
        new CsvTable(),
        new IndexPictures(),
        new ImageFolder(),
    ];

    /// <summary>The format with this id, or null.</summary>
    public static ILabelFormat? Find(string id) => All.FirstOrDefault(format => format.Id == id);

    /// <summary>The first format that a path looks like, or null.</summary>
    public static ILabelFormat? Recognize(string path) => All.FirstOrDefault(format => format.Recognizes(path));
}
