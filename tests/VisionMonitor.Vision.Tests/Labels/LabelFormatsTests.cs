using VisionMonitor.Metrics.Detection;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Labels;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Tests.Labels;

public sealed class LabelFormatsTests
{
    public static TheoryData<string> DetectionFormats => ["coco", "yolo", "cvat", "voc", "labelme", "label-studio", "csv"];

    [Fact]
    public void All_Formats_AreEveryTypeOnceWithItsOwnId()
    {
        Type[] types = [.. typeof(ILabelFormat).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(ILabelFormat)))];
        LabelFormats.All.Select(format => format.GetType()).ShouldBe(types, ignoreOrder: true);
        LabelFormats.All.Select(format => format.Id).Distinct().Count().ShouldBe(LabelFormats.All.Count);
    }

    [Theory]
    [MemberData(nameof(DetectionFormats))]
    public void Write_ThenRead_GivesEqualTruths(string id)
    {
        // Coordinates that parts of 64 and 48 hold exactly, so that YOLO's division loses nothing.
        LabelSet set = new(
            VisionTask.Detection,
            ["box", "it's \"round\"", "상자"],
            [
                new("a.jpg", 64, 48, new DetectionTruth([new(0, new(8, 12, 16, 24)), new(2, new(0, 0, 64, 48))])),
                new("b.jpg", 64, 48, new DetectionTruth([new(1, new(4, 6, 32, 12))])),
                new("c.jpg", 64, 48, new DetectionTruth([])),
            ]);
        string folder = Directory.CreateTempSubdirectory("labels").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "images"));
        foreach (LabelledImage image in set.Images)
        {
            using DecodedImage picture = DecodedImage.FromRgb(64, 48, new byte[64 * 48 * 3]);
            File.WriteAllBytes(Path.Combine(folder, "images", image.FileName), Thumbnails.Encode(picture, 64));
        }

        string path = id switch { "coco" or "label-studio" => Path.Combine(folder, "labels.json"), "csv" => Path.Combine(folder, "labels.csv"), _ => folder };
        ILabelFormat format = LabelFormats.Find(id)!;
        format.Write(set, path);
        LabelFormats.Recognize(path)!.Id.ShouldBe(id);
        LabelRead read = format.Read(path, new() { ImageFolder = Path.Combine(folder, "images"), Classes = set.Classes });

        read.Set.Classes.ShouldBe(set.Classes);
        read.Set.Images.Select(image => (image.FileName, image.Width, image.Height)).ShouldBe(set.Images.Select(image => (image.FileName, image.Width, image.Height)));
        for (int index = 0; index < set.Images.Count; index++)
        {
            ((DetectionTruth)read.Set.Images[index].Truth).Boxes.ShouldBe(((DetectionTruth)set.Images[index].Truth).Boxes);
        }

        read.Report.ImageCount.ShouldBe(3);
        read.Report.KeptCount.ShouldBe(3);
        read.Report.DroppedCount.ShouldBe(0);
        read.Report.ImagesNotFound.ShouldBeEmpty();
    }
}
