using VisionMonitor.Vision.Labels;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Tests.Labels;

public sealed class ImageFolderTests
{
    [Fact]
    public void Write_ThenRead_GivesEqualTruths()
    {
        string folder = Directory.CreateTempSubdirectory("folder").FullName;
        LabelSet set = new(
            VisionTask.Classification,
            ["box", "tube"],
            [
                new("box/a.jpg", null, null, new ClassificationTruth(0)),
                new("box/b.png", null, null, new ClassificationTruth(0)),
                new("tube/a.jpg", null, null, new ClassificationTruth(1)),
            ]);
        new ImageFolder().Write(set, folder);
        LabelRead read = new ImageFolder().Read(folder, new());
        read.Set.Classes.ShouldBe(set.Classes);
        read.Set.Images.ShouldBe(set.Images);
        LabelFormats.Recognize(folder)!.Id.ShouldBe("image-folder");
    }

    [Fact]
    public void Read_OtherFiles_AreReported()
    {
        string folder = Directory.CreateTempSubdirectory("folder").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "box"));
        File.WriteAllText(Path.Combine(folder, "box", "notes.txt"), "x");
        LabelRead read = new ImageFolder().Read(folder, new());
        read.Set.Images.ShouldBeEmpty();
        read.Report.Dropped.ShouldBe([new ReadNote("box/notes.txt", "not_an_image", "its extension is not that of an image")]);
    }

    [Fact]
    public void Read_EmptyFolder_IsRefused() =>
        Should.Throw<LabelFormatException>(() => new ImageFolder().Read(Directory.CreateTempSubdirectory("folder").FullName, new())).Code.ShouldBe("no_classes");
}
