using System.IO.Compression;
using VisionMonitor.Vision.Labels;

namespace VisionMonitor.Vision.Tests.Labels;

public sealed class LabelUploadTests : IDisposable
{
    private const string Voc = "<annotation><filename>a.jpg</filename><size><width>50</width><height>40</height><depth>3</depth></size><object><name>box</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>20</xmax><ymax>20</ymax></bndbox></object></annotation>";

    private readonly string _folder = Directory.CreateTempSubdirectory("visionmonitor-").FullName;

    [Fact]
    public void Read_ZipOfVoc_FindsTheFormatAndCleansUp()
    {
        string unpacked;
        using (LabelUpload upload = LabelUpload.Read(Zip(("Annotations/a.xml", Voc)), new()))
        {
            (upload.Format.Id, upload.Labels.Report.KeptCount).ShouldBe(("voc", 1));
            Directory.Exists(unpacked = upload.ImageFolder.ShouldNotBeNull()).ShouldBeTrue();
        }

        Directory.Exists(unpacked).ShouldBeFalse();
    }

    [Fact]
    public void Read_NamesThatDifferByCase_AreSaid()
    {
        using LabelUpload upload = LabelUpload.Read(Zip(("a.xml", Voc), ("A.xml", Voc.Replace("a.jpg", "b.jpg", StringComparison.Ordinal))), new());
        upload.Labels.Report.KeptCount.ShouldBe(2);
        upload.Labels.Report.Warnings.ShouldContain(note => note.Code == "name_collision");
    }

    [Fact]
    public void Read_ZipThatHoldsNoLabels_IsRefusedByName()
    {
        LabelFormatException refusal = Should.Throw<LabelFormatException>(() => LabelUpload.Read(Zip(("readme.md", "hello")), new()));
        refusal.Code.ShouldBe("unknown_label_format");
    }

    [Theory]
    [InlineData("labels.JSON", ".json")]
    [InlineData("export.zip", ".zip")]
    [InlineData("x.exe", ".json")]
    public void ExtensionOf_Upload_IsOneOfOurs(string name, string expected) => LabelUpload.ExtensionOf(name).ShouldBe(expected);

    [Theory]
    [InlineData("gt_1.txt", "gt_1.txt")]
    [InlineData("../../etc/Labels.JSON", "Labels.json")]
    [InlineData("C:\\belt\\week 7.xml", "week 7.xml")]
    [InlineData("model.onnx", "model.onnx.json")]
    [InlineData("..", "labels.json")]
    [InlineData("a\u0000b.csv", "a_b.csv")]
    public void CopyNameOf_Upload_IsThePersonsNameMadeSafe(string name, string expected) => LabelUpload.CopyNameOf(name).ShouldBe(expected);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Zip(params (string Name, string Text)[] entries)
    {
        string path = Path.Combine(_folder, "upload.zip");
        using ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach ((string name, string text) in entries)
        {
            using StreamWriter writer = new(zip.CreateEntry(name).Open());
            writer.Write(text);
        }

        return path;
    }
}
