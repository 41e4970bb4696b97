using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Labels;
using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Tests.Labels;

/// <summary>What is damaged in a way that is easily passed over is named: nothing is lost in silence, and nothing ends the process.</summary>
public sealed class DamagedLabelsTests : IDisposable
{
    private const string Images = """ "images":[{"id":1,"file_name":"a.jpg","width":100,"height":80}] """;
    private const string Categories = """ "categories":[{"id":1,"name":"cat"}] """;
    private const string Box = """ "id":1,"image_id":1,"category_id":1,"bbox":[1,2,3,4] """;
    private readonly string _folder = Directory.CreateTempSubdirectory("damaged").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Half of a surrogate pair: System.Text.Json accepts the document and throws when the text is asked for.
    [Theory]
    [InlineData("coco", "x.json", $$"""{ {{Images}}, "categories":[{"id":1,~"name":"\ud800"}], "annotations":[] }""", 2)]
    [InlineData("coco", "x.json", $$"""{ {{Images}}, {{Categories}}, "annotations":[], "\udc00":1 }""", 1)]
    [InlineData("labelme", "x.json", """{"shapes":[],"imagePath":"a\ud83d.jpg"}""", 1)]
    [InlineData("label-studio", "x.json", """[{"data":{"image":"\ud83dx\ude00.jpg"},"annotations":[]}]""", 1)]
    public void Read_HalfOfACharacter_IsRefusedWithItsLine(string format, string file, string text, long line)
    {
        LabelFormatException refusal = Should.Throw<LabelFormatException>(() => Read(format, file, text.Replace('~', '\n')));

        (refusal.Code, refusal.Line).ShouldBe(("invalid_json", line));
    }

    [Theory]
    [InlineData("<html>", "x.json, line 1: '<' is an invalid start of a value")]
    [InlineData("{\n\"images\":[],}", "x.json, line 2: The JSON object contains a trailing comma at the end which is not supported in this mode")]
    public void Read_WhatIsNoJson_IsToldWithoutTheParsersOwnPlaces(string text, string sentence) =>
        Should.Throw<LabelFormatException>(() => Read("coco", "x.json", text)).Message.ShouldBe(sentence);

    [Fact]
    public void Read_WholeCharactersAndEscapedBackslashes_AreText()
    {
        string text = $$"""{ {{Images}}, "categories":[{"id":1,"name":"\ud83d\ude00"},{"id":2,"name":"a\\ud800"}], "annotations":[] }""";

        Read("coco", "x.json", text).Set.Classes.ShouldBe(["\U0001F600", "a\\ud800"]);
    }

    [Theory]
    [InlineData(""","segmentation":{"size":[100,80],"counts":[8000]}""", "mask_size_mismatch")]
    [InlineData(""","segmentation":{"size":[80,100],"counts":"zz"}""", "mask_size_mismatch")]
    [InlineData(""","iscrowd":"yes" """, "wrong_type")]
    [InlineData(""","iscrowd":2""", "wrong_type")]
    [InlineData(""","keypoints":[1,2,9]""", "invalid_keypoints")]
    public void Read_CocoAnnotation_IsLeftOutAndNamed(string more, string code)
    {
        ReadReport report = Read("coco", "x.json", $$"""{ {{Images}}, {{Categories}}, "annotations":[{ {{Box}}{{more}} }] }""").Report;

        report.DroppedByCode.ShouldBe(new Dictionary<string, int> { [code] = 1 });
        report.Dropped[0].Reason.ShouldNotContain("Parameter");
    }

    [Fact]
    public void Read_CocoImageTwiceUnderTwoIds_KeepsTheFirstAndNamesTheSecond()
    {
        LabelRead read = Read("coco", "x.json", $$"""
            { "images":[{"id":1,"file_name":"a.jpg","width":-5,"height":80},{"id":2,"file_name":"a.jpg","width":100,"height":80}],
              "categories":[{"id":1,"name":"cat"},{"id":2,"name":"cat"}],
              "annotations":[{ {{Box}} },{"id":2,"image_id":2,"category_id":1,"bbox":[1,2,3,4]}] }
            """);

        read.Set.Images.ShouldHaveSingleItem().Width.ShouldBeNull();
        (read.Report.KeptCount, read.Report.DroppedByCode["duplicate_image"]).ShouldBe((1, 2));
        read.Report.Warnings.Select(note => note.Code).ShouldBe(["duplicate_category_name", "invalid_size"]);
    }

    [Theory]
    [InlineData("cvat", "a.xml", "<annotations><track label='a'><box frame='0' xtl='1' ytl='2' xbr='3' ybr='4'/></track></annotations>", "unsupported_format")]
    [InlineData("cvat", "a.xml", "<annotations><image id='0'/></annotations>", "missing_field")]
    [InlineData("voc", "a.xml", "<annotation><object/></annotation>", "missing_field")]
    public void Read_WholeFile_IsRefusedWithTheReason(string format, string file, string text, string code) =>
        Should.Throw<LabelFormatException>(() => Read(format, file, text)).Code.ShouldBe(code);

    [Theory]
    [InlineData("cvat", "a.xml", "<annotations><image id='0' name='a.jpg' width='9' height='9'/><image id='1' name='a.jpg' width='9' height='9'/></annotations>", "duplicate_image")]
    [InlineData("paddle-ocr", "Label.txt", "a.jpg\t[]\na.jpg\t[]\n", "duplicate_image")]
    [InlineData("paddle-ocr", "Label.txt", "a.jpg\t[{]\n", "invalid_json")]
    [InlineData("paddle-ocr", "Label.txt", "a.jpg\t[{\"transcription\":\"\\ud800\",\"points\":[[1,2],[3,2],[3,4],[1,4]]}]\n", "invalid_json")]
    [InlineData("csv", "a.csv", "image,class\n\"a.jpg,cat\n", "invalid_row")]
    [InlineData("voc", "a.xml", "<annotation><filename>a.jpg</filename><object><name> </name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>3</xmax><ymax>3</ymax></bndbox></object></annotation>", "missing_field")]
    public void Read_Row_IsLeftOutAndNamed(string format, string file, string text, string code) =>
        Read(format, file, text).Report.DroppedByCode.ShouldBe(new Dictionary<string, int> { [code] = 1 });

    [Fact]
    public void Read_VocImageInTwoFiles_KeepsTheFirstAndNamesTheSecond()
    {
        foreach (string file in (string[])["a.xml", "b.xml"])
        {
            File.WriteAllText(Path.Combine(_folder, file), "<annotation><filename>x.jpg</filename><object><name>cat</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>3</xmax><ymax>3</ymax></bndbox></object></annotation>");
        }

        ReadReport report = LabelFormats.Find("voc")!.Read(_folder, new()).Report;

        report.KeptCount.ShouldBe(1);
        report.Dropped.ShouldBe([new("b.xml", "duplicate_image", "'x.jpg' has a file of its own before: this one is left out")]);
    }

    [Fact]
    public void Read_IndexPictureTwiceOfOneImage_KeepsTheFirstAndNamesTheSecond()
    {
        foreach (string split in (string[])["a", "b"])
        {
            Directory.CreateDirectory(Path.Combine(_folder, split));
            File.WriteAllBytes(Path.Combine(_folder, split, "x.png"), new RawPng(2, 1, [0, 1]).Write(isColour: false));
        }

        LabelRead read = LabelFormats.Find("index-png")!.Read(_folder, new() { Classes = ["road", "car"] });

        read.Set.Images.ShouldHaveSingleItem().FileName.ShouldBe("x.jpg");
        read.Report.Dropped.ShouldBe([new(Path.Combine("b", "x.png"), "duplicate_image", "'x.jpg' has a picture before: this one is left out")]);
    }

    [Fact]
    public void Read_YoloThatNamesNoSplit_ReadsTheFoldersBesideIt()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "labels"));
        File.WriteAllText(Path.Combine(_folder, "labels", "x.txt"), "0 .5 .5 .2 .2\n");
        File.WriteAllText(Path.Combine(_folder, "data.yaml"), "nc: 3\nnames: [a, b]\n");

        ReadReport report = LabelFormats.Find("yolo")!.Read(_folder, new()).Report;

        report.ImagesNotFound.ShouldBe(["x"]);
        report.Warnings.Select(note => note.Code).ShouldBe(["class_count_mismatch", "split_not_named"]);
    }

    [Theory]
    [InlineData("icdar", "lines")]
    [InlineData("paddle-ocr", "Label.txt")]
    [InlineData("label-studio", "tasks.json")]
    public void Write_IgnoredLineWithItsText_StaysIgnoredAndTheLossIsNamed(string id, string name)
    {
        TextTruth truth = new([new("read", [1, 1, 9, 1, 9, 5, 1, 5]), new("hidden", [1, 11, 9, 11, 9, 15, 1, 15], IsIgnored: true)]);
        LabelSet set = new(VisionTask.Text, [], [new("a.jpg", 20, 20, truth)]);
        ILabelFormat format = LabelFormats.Find(id)!;

        LabelLosses.Of(set, format).ShouldHaveSingleItem().Code.ShouldBe("ignored_text_not_held");
        format.Write(set, Path.Combine(_folder, name));

        ((TextTruth)format.Read(Path.Combine(_folder, name), new()).Set.Images[0].Truth).Lines.Select(line => (line.Text, line.IsIgnored))
            .ShouldBe([("read", false), ("###", true)]);
    }

    // Formats that write a file per image must not let one image's labels replace another's.
    [Theory]
    [InlineData("voc")]
    [InlineData("labelme")]
    public void Write_NamesThatDifferInFolderOrExtensionOnly_AreAllReadBack(string id)
    {
        ILabelFormat format = LabelFormats.Find(id)!;
        string[] names = ["x.jpg", "x.png", "a/x.jpg", "a_x.jpg"];
        LabelSet set = new(VisionTask.Detection, ["cat"], [.. names.Select((name, index) => new LabelledImage(name, 90, 80, new DetectionTruth([new(0, new(index, 2, 10, 10))])))]);

        format.Write(set, _folder);
        LabelSet read = format.Read(_folder, new()).Set;

        read.Images.OrderBy(image => ((DetectionTruth)image.Truth).Boxes[0].Box.X).Select(image => image.FileName).ShouldBe(names);
    }

    [Theory]
    [InlineData("yolo", VisionTask.Detection, "x.jpg", "x.png")]
    [InlineData("icdar", VisionTask.Text, "a/x.jpg", "a_x.jpg")]
    [InlineData("index-png", VisionTask.SemanticSegmentation, "x.jpg", "x.png")]
    [InlineData("image-folder", VisionTask.Classification, "a/x.jpg", "b/x.jpg")]
    public void Write_ImagesThatShareALabelFile_AreRefusedByName(string id, VisionTask task, string first, string second)
    {
        Truth truth = task switch
        {
            VisionTask.Text => new TextTruth([]),
            VisionTask.Classification => new ClassificationTruth(0),
            VisionTask.SemanticSegmentation => new SemanticTruth(ClassMap.From(2, 1, [0, 0])),
            _ => new DetectionTruth([]),
        };
        LabelSet set = new(task, ["cat"], [new(first, 90, 80, truth), new(second, 90, 80, truth)]);

        string sentence = Should.Throw<NotSupportedException>(() => LabelFormats.Find(id)!.Write(set, Path.Combine(_folder, "out"))).Message;

        sentence.ShouldContain(first);
        sentence.ShouldContain(second);
        Directory.Exists(Path.Combine(_folder, "out")).ShouldBeFalse();
    }

    [Fact]
    public void Of_FormatThatKnowsAnImageByAFilesName_NamesWhatItWillBeCalled()
    {
        LabelSet set = new(VisionTask.Classification, ["cat"], [new("x.jpg", 90, 80, new ClassificationTruth(0)), new("cat/y.jpg", 90, 80, new ClassificationTruth(0))]);

        ReadNote note = LabelLosses.Of(set, LabelFormats.Find("image-folder")!).ShouldHaveSingleItem();

        (note.Where, note.Code).ShouldBe(("x.jpg", "name_not_held"));
        note.Reason.ShouldContain("cat/x.jpg");
        LabelLosses.Of(set, LabelFormats.Find("csv")!).ShouldBeEmpty();
    }

    [Fact]
    public void Read_ImageFolderOfSplits_SaysThatItReadNothing()
    {
        foreach (string file in (string[])["top.jpg", "train/cat/x.jpg"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder, file))!);
            File.WriteAllText(Path.Combine(_folder, file), "");
        }

        ReadReport report = LabelFormats.Find("image-folder")!.Read(_folder, new()).Report;

        report.Dropped.Select(note => (note.Where, note.Code)).ShouldBe([("top.jpg", "no_class"), ("train/cat", "nested_folder")]);
    }

    private LabelRead Read(string format, string file, string text)
    {
        string path = Path.Combine(_folder, file);
        File.WriteAllText(path, text);
        return LabelFormats.Find(format)!.Read(path, new());
    }
}
