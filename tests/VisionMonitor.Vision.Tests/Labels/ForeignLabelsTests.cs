using System.Globalization;
using VisionMonitor.Vision.Labels;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Tests.Labels;

/// <summary>Small files in the words of the tools that write them.</summary>
public sealed class ForeignLabelsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("foreign").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("belt-7_jpg.rf.0123456789abcdef0123456789abcdef.jpg", "belt-7.jpg")]
    [InlineData("train/a_b_png.rf.00ff.jpg", "train/a_b.png")]
    [InlineData("noextension.rf.00ff.jpg", "noextension.jpg")]
    [InlineData("my.rfid.jpg", "my.rfid.jpg")]
    [InlineData("plain.jpg", "plain.jpg")]
    public void Original_RoboflowsNames_AreUndone(string exported, string original) => ImageNames.Original(exported).ShouldBe(original);

    [Fact]
    public void Read_RoboflowsSplits_AreOneSetWithoutThePlaceholder()
    {
        foreach (string split in (string[])["train", "valid"])
        {
            Write(
                $"{split}/_annotations.coco.json",
                """
                {"images":[{"id":0,"file_name":"NAME_jpg.rf.00ff.jpg","width":64,"height":48}],
                 "categories":[{"id":0,"name":"parcels","supercategory":"none"},{"id":1,"name":"box","supercategory":"parcels"},{"id":2,"name":"tube","supercategory":"parcels"}],
                 "annotations":[{"id":0,"image_id":0,"category_id":2,"bbox":[1,2,3,4],"area":12,"segmentation":[],"iscrowd":0}]}
                """.Replace("NAME", split, StringComparison.Ordinal));
            Write($"{split}/{split}_jpg.rf.00ff.jpg", "");
        }

        LabelFormats.Recognize(_folder)!.Id.ShouldBe("coco");
        LabelRead read = LabelFormats.Find("coco")!.Read(_folder, new());
        read.Set.Classes.ShouldBe(["box", "tube"]);
        read.Report.ImagesNotFound.ShouldBeEmpty();
        read.Set.WithOriginalNames().Images.Select(image => image.FileName).ShouldBe(["train.jpg", "valid.jpg"]);
        read.Set.Images.ShouldAllBe(image => ((DetectionTruth)image.Truth).Boxes.Single().ClassIndex == 1);
    }

    [Fact]
    public void Read_LabelStudioExport_TurnsPercentIntoPixelsAndReportsTheRest()
    {
        string path = Write(
            "project.json",
            """
            [{"id":9,"data":{"image":"/data/upload/1/0a1b2c3d-belt%207.jpg"},"annotations":[{"was_cancelled":true,"result":[{"type":"junk"}]},{"result":[
              {"original_width":200,"original_height":100,"type":"rectanglelabels","value":{"x":10,"y":20,"width":30,"height":40,"rotation":90,"rectanglelabels":["box"]}},
              {"original_width":200,"original_height":100,"type":"keypointlabels","value":{"x":1,"y":1,"width":0.3,"keypointlabels":["box"]}},
              {"original_width":200,"original_height":100,"type":"polygonlabels","value":{"points":[[0,0],[50,0],[50,50]],"polygonlabels":["tube"]}}]}]}]
            """);
        LabelFormats.Recognize(path)!.Id.ShouldBe("label-studio");
        LabelRead read = LabelFormats.Find("label-studio")!.Read(path, new() { KeepShapes = true });
        LabelledImage image = read.Set.Images.Single();
        (image.FileName, image.Width, image.Height).ShouldBe(("belt 7.jpg", 200, 100));
        InstanceTruth truth = (InstanceTruth)image.Truth;

        // 60 × 40 pixels at (20, 20), turned by 90° about that corner: it hangs to the left of it.
        truth.Instances[0].Polygons[0].ShouldBe([20, 20, 20, 80, -20, 80, -20, 20], tolerance: 1e-9);
        truth.Instances[0].Box.AreaPixels.ShouldBe(2400, 1e-9);
        truth.Instances[1].Polygons[0].ShouldBe([0, 0, 100, 0, 100, 50]);
        read.Report.DroppedByCode.ShouldBe([new("unsupported_shape", 1)]);
    }

    [Fact]
    public void Read_LabelStudioBrush_HandWrittenBits()
    {
        // 2 × 1 pixels of four channels: length 8, words of 8 bits, runs of 3 bits; one run of four zeros, one of four times 255.
        string bits = Convert.ToString(8, 2).PadLeft(32, '0') + "00111" + "0010" + "0010" + "0010" + "0010"
            + "1" + "00" + "011" + "00000000" + "1" + "00" + "011" + "11111111";
        byte[] bytes = [.. bits.PadRight((bits.Length + 7) / 8 * 8, '0').Chunk(8).Select(eight => Convert.ToByte(new string(eight), 2))];
        BrushRuns.Read(bytes, 2, 1).ToPixels().Select(pixel => pixel != 0).ShouldBe([false, true]);
        Should.Throw<RowException>(() => BrushRuns.Read(bytes, 3, 1)).Code.ShouldBe("mask_size_mismatch");
        Should.Throw<RowException>(() => BrushRuns.Read(bytes.AsSpan(0, 8), 2, 1)).Code.ShouldBe("mask_size_mismatch");
    }

    [Fact]
    public void Read_EveryShapeOfCvat_IsAnObjectOrNamed()
    {
        string path = Write(
            "annotations.xml",
            """
            <?xml version="1.0" encoding="utf-8"?>
            <annotations><version>1.1</version><meta><job><labels>
              <label><name>box</name><type>any</type></label>
              <label><name>person</name><type>skeleton</type></label>
              <label><name>head</name><type>points</type><parent>person</parent></label>
              <label><name>foot</name><type>points</type><parent>person</parent></label>
            </labels></job></meta>
            <image id="0" name="a.jpg" width="200" height="100">
              <ellipse label="box" cx="50" cy="40" rx="20" ry="10" rotation="90"/>
              <cuboid label="box" xtl1="10" ytl1="10" xbl1="10" ybl1="30" xtr1="40" ytr1="10" xbr1="40" ybr1="30" xtl2="20" ytl2="5" xbl2="20" ybl2="25" xtr2="50" ytr2="5" xbr2="50" ybr2="25"/>
              <skeleton label="person"><points label="foot" points="70.0,90.0" occluded="1" outside="0"/><points label="head" points="60.0,20.0" occluded="0" outside="0"/></skeleton>
              <polygon label="box" points="0,0;10,0;10,10" group_id="7"/>
              <polygon label="box" points="20,0;30,0;30,10" group_id="7"/>
              <box label="box" xtl="1" ytl="1" xbr="5" ybr="5" group_id="8"/>
              <box label="box" xtl="6" ytl="1" xbr="9" ybr="5" group_id="8"/>
              <points label="box" points="1,1;2,2"/>
              <polyline label="box" points="1,1;2,2"/>
              <tag label="box"/>
            </image></annotations>
            """.TrimStart());
        LabelRead read = LabelFormats.Find("cvat")!.Read(path, new() { KeepShapes = true });
        read.Set.Classes.ShouldBe(["box", "person"]);
        IReadOnlyList<TruthInstance> objects = ((InstanceTruth)read.Set.Images.Single().Truth).Instances;

        // An ellipse of 20 × 10 on its side reaches 10 to the sides and 20 up; its 64 corners cover it but for 0.2 %.
        objects[0].Box.Box.X.ShouldBe(40, 1e-9);
        objects[0].Box.Box.Y.ShouldBe(20, 1e-9);
        objects[0].Box.AreaPixels.ShouldBe(Math.PI * 200, 1e-9);
        Polygon.Area([.. objects[0].Polygons[0]]).ShouldBe(Math.PI * 200, Math.PI * 200 * 0.002);

        // The cuboid's outline: two corners of its eight are hidden.
        objects[1].Polygons[0].Chunk(2).Select(corner => (corner[0], corner[1])).ShouldBe([(10, 10), (20, 5), (50, 5), (50, 25), (40, 30), (10, 30)], ignoreOrder: true);
        objects[2].Joints.ShouldBe([60, 20, 2, 70, 90, 1]);
        objects[2].Box.Box.ShouldBe(new(60, 20, 10, 70));
        (objects[3].Polygons.Count, objects[3].Box.Box, objects[3].Box.AreaPixels).ShouldBe((2, new(0, 0, 30, 10), 100));
        objects.Skip(4).Select(one => one.Box.Box.Width).ShouldBe([4, 3]);
        read.Report.DroppedByCode.ShouldBe([new("unsupported_shape", 3)]);
    }

    [Fact]
    public void Read_LabelStudioTranscriptions_AreLinesOfText()
    {
        string path = Write(
            "ocr.json",
            """
            [{"id":1,"data":{"ocr":"/data/upload/1/0a1b2c3d-receipt.png"},"annotations":[{"result":[
              {"original_width":200,"original_height":100,"image_rotation":0,"id":"A","type":"rectangle","value":{"x":10,"y":20,"width":30,"height":40,"rotation":0}},
              {"original_width":200,"original_height":100,"id":"A","type":"labels","value":{"x":10,"y":20,"width":30,"height":40,"rotation":0,"labels":["Text"]}},
              {"original_width":200,"original_height":100,"id":"A","type":"textarea","value":{"x":10,"y":20,"width":30,"height":40,"rotation":0,"text":["TOTAL 12.50"]}},
              {"original_width":200,"original_height":100,"id":"B","type":"polygonlabels","value":{"points":[[0,0],[50,0],[50,50],[0,50]],"polygonlabels":["Text"]}},
              {"original_width":200,"original_height":100,"id":"C","type":"brushlabels","value":{"rle":[],"brushlabels":["Text"]}}]}]}]
            """);
        LabelFormats.Recognize(path)!.Id.ShouldBe("label-studio");
        LabelRead read = LabelFormats.Find("label-studio")!.Read(path, new());
        read.Set.Task.ShouldBe(VisionTask.Text);
        LabelledImage image = read.Set.Images.Single();
        (image.FileName, image.Width).ShouldBe(("receipt.png", 200));
        TruthLine line = ((TextTruth)image.Truth).Lines.Single();
        line.Text.ShouldBe("TOTAL 12.50");
        line.Corners.ShouldBe([20, 20, 80, 20, 80, 60, 20, 60]);
        read.Report.DroppedByCode.ShouldBe([new("unsupported_shape", 1), new("no_transcription", 1)], ignoreOrder: true);
    }

    /// <summary>A region that only its polygon places: the transcription repeats nothing. Of two points, or points of three numbers, there is no polygon.</summary>
    [Theory]
    [InlineData("polygon", "[[10,0],[50,10],[45,50],[5,40]]", "20,0,100,10,90,50,10,40", null)]
    [InlineData("polygonlabels", "[[10,0],[50,10],[45,50]]", "20,0,100,10,90,50", null)]
    [InlineData("polygon", "[[10,0],[50,10]]", "", "invalid_polygon")]
    [InlineData("polygonlabels", "[[10,0],[50,10],[45,50,1]]", "", "wrong_type")]
    public void Read_LabelStudioPolygonWithATranscription_IsALineThere(string type, string points, string corners, string? dropped)
    {
        string path = Write(
            "ocr.json",
            $$$"""
            [{"id":1,"data":{"image":"a.png"},"annotations":[{"result":[
              {"original_width":200,"original_height":100,"id":"A","type":"{{{type}}}","value":{"points":{{{points}}},"polygonlabels":["Text"]}},
              {"original_width":200,"original_height":100,"id":"A","type":"textarea","value":{"text":["EXIT"]}}]}]}]
            """);
        LabelRead read = LabelFormats.Find("label-studio")!.Read(path, new());
        TruthLine line = ((TextTruth)read.Set.Images.Single().Truth).Lines.Single();
        (line.Text, string.Join(',', line.Corners)).ShouldBe(("EXIT", corners));
        read.Report.DroppedByCode.Select(one => one.Key).ShouldBe(dropped is null ? [] : [dropped]);
    }

    /// <summary>The same of shapes.</summary>
    [Theory]
    [InlineData("[[10,0],[50,10]]", "invalid_polygon")]
    [InlineData("[[10,0],[50,10],[45]]", "wrong_type")]
    [InlineData("[[10,0],[50,10],7]", "wrong_type")]
    public void Read_LabelStudioPolygonThatIsNone_IsDroppedWithItsCode(string points, string code)
    {
        string path = Write(
            "project.json",
            $$$"""[{"id":9,"data":{"image":"a.jpg"},"annotations":[{"result":[{"original_width":200,"original_height":100,"type":"polygonlabels","value":{"points":{{{points}}},"polygonlabels":["tube"]}}]}]}]""");
        LabelRead read = LabelFormats.Find("label-studio")!.Read(path, new() { KeepShapes = true });
        read.Report.DroppedByCode.ShouldBe([new(code, 1)]);
    }

    [Theory]
    [InlineData(null, "isthing_missing", "")]
    [InlineData("SKY", "", "sky")]
    public void Read_PanopticWithoutThings_AsksOrIsTold(string? stuff, string warning, string expected)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "p"));
        File.WriteAllBytes(Path.Combine(_folder, "p", "a.png"), new VisionMonitor.Vision.Images.RawPng(2, 1, [7, 8]).Write(isColour: true));
        string path = Write(
            "p.json",
            """{"images":[{"id":1,"file_name":"a.jpg"}],"categories":[{"id":1,"name":"sky"},{"id":2,"name":"car"}],"annotations":[{"image_id":1,"file_name":"a.png","segments_info":[{"id":7,"category_id":1},{"id":8,"category_id":2}]}]}""");
        LabelRead read = LabelFormats.Find("coco-panoptic")!.Read(path, new() { StuffClasses = stuff is null ? null : [stuff] });
        string.Join(',', read.Report.Warnings.Select(note => note.Code).Distinct()).ShouldBe(warning);
        string.Join(',', read.Set.StuffClasses).ShouldBe(expected);
        read.Set.InClassesOf(["car", "Sky"], new()).Set.StuffClasses.ShouldBe(stuff is null ? [] : ["Sky"]);
    }

    [Fact]
    public void Read_VocPicturesAndXml_KeepTheBoxAndDropWhatHasNoMask()
    {
        const string Row = "<object><name>NAME</name><difficult>1</difficult><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>4</xmax><ymax>2</ymax></bndbox></object>";
        string Annotation(string name, params string[] names) => $"<annotation><filename>{name}.jpg</filename><size><width>4</width><height>2</height></size>{string.Concat(names.Select(one => Row.Replace("NAME", one, StringComparison.Ordinal)))}</annotation>";
        Write("Annotations/a.xml", Annotation("a", "cat", "dog", "cat"));
        Write("Annotations/b.xml", Annotation("b", "cat"));
        foreach ((string folder, int[] values) in ((string, int[])[])[("SegmentationObject", [1, 255, 0, 0, 1, 2, 0, 4]), ("SegmentationClass", [8, 255, 0, 0, 8, 15, 0, 12])])
        {
            Directory.CreateDirectory(Path.Combine(_folder, folder));
            File.WriteAllBytes(Path.Combine(_folder, folder, "a.png"), new VisionMonitor.Vision.Images.RawPng(4, 2, values).Write(isColour: false));
        }

        LabelFormats.Recognize(_folder)!.Id.ShouldBe("voc");
        LabelFormats.Find("voc")!.Read(_folder, new()).Set.Images.Count.ShouldBe(2);
        LabelRead read = LabelFormats.Find("voc")!.Read(_folder, new() { KeepShapes = true });
        IReadOnlyList<TruthInstance> objects = ((InstanceTruth)read.Set.Images.Single().Truth).Instances;

        // 8 is cat and 15 person in the challenge's order; the second object's XML says dog, so its pixels count; the fourth has no XML.
        objects.Select(one => (read.Set.Classes[one.Box.ClassIndex], one.Box.Box.Width, one.Mask!.Area, one.Box.IsCrowd)).ShouldBe([("cat", 4, 2, true), ("person", 1, 1, false), ("dog", 1, 1, false)]);
        read.Report.Warnings.Select(note => note.Code).ShouldBe(["class_mismatch"]);
        read.Report.Dropped.Select(note => (note.Where, note.Code)).ShouldBe([("a.xml, object 3", "mask_not_found"), ("b.xml", "mask_not_found")]);
    }

    [Fact]
    public void Read_TensorFlowTable_KnowsItsHeadings()
    {
        string path = Write("labels.csv", "filename,width,height,class,xmin,ymin,xmax,ymax\r\na.jpg,64,48,box,1,2,11,22\r\na.jpg,64,48,\"tube, long\",0,0,5,5\r\nb.jpg,64,48,box,9,9,9,9\r\n");
        LabelRead read = LabelFormats.Find("csv")!.Read(path, new());
        read.Set.Classes.ShouldBe(["box", "tube, long"]);
        ((DetectionTruth)read.Set.Images[0].Truth).Boxes.ShouldBe([new(0, new(1, 2, 10, 20)), new(1, new(0, 0, 5, 5))]);
        read.Report.Dropped.Single().ShouldBe(new("labels.csv, line 4", "invalid_box", "the box is 0 × 0 pixels"));
    }

    [Fact]
    public void Read_IcdarOf2013And2015_AreLines()
    {
        Write("gt_img_1.txt", "\uFEFF10,20,110,20,110,40,10,40,Hello, world\r\n5,5,6,5,6,6,5,6,###\r\n");
        Write("gt_img_2.txt", "10, 20, 110, 40, \"Tiredness\"\nnonsense\n");
        LabelRead read = LabelFormats.Find("icdar")!.Read(_folder, new());
        TextTruth first = (TextTruth)read.Set.Images[0].Truth;
        (first.Lines[0].Text, first.Lines[1].IsIgnored).ShouldBe(("Hello, world", true));
        TruthLine second = ((TextTruth)read.Set.Images[1].Truth).Lines.Single();
        second.Text.ShouldBe("Tiredness");
        second.Corners.ShouldBe([10, 20, 110, 20, 110, 40, 10, 40]);
        read.Report.Dropped.Single().Where.ShouldBe("gt_img_2.txt, line 2");
    }

    [Fact]
    public void Read_PanopticOfUnknownCategory_IsRefusedAsAWhole()
    {
        string path = Write(
            "p.json",
            """{"images":[{"id":1,"file_name":"a.jpg"}],"categories":[{"id":1,"name":"x","isthing":1}],"annotations":[{"image_id":1,"file_name":"a.png","segments_info":[{"id":7,"category_id":99}]}]}""");
        Should.Throw<LabelFormatException>(() => LabelFormats.Find("coco-panoptic")!.Read(path, new())).Code.ShouldBe("unknown_category");
    }

    [Fact]
    public void Read_Cityscapes_PrefersTrainedIndicesAndNamesTheImage()
    {
        foreach ((string kind, int value) in ((string, int)[])[("labelIds", 7), ("labelTrainIds", 1), ("instanceIds", 26)])
        {
            File.WriteAllBytes(
                Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"ulm_000000_000019_gtFine_{kind}.png")), new VisionMonitor.Vision.Images.RawPng(2, 1, [value, 255]).Write(isColour: false));
        }

        LabelFormats.Recognize(_folder)!.Id.ShouldBe("index-png");
        LabelledImage image = LabelFormats.Find("index-png")!.Read(_folder, new() { Classes = ["road", "sidewalk"] }).Set.Images.Single();
        image.FileName.ShouldBe("ulm_000000_000019_leftImg8bit.png");
        ((SemanticTruth)image.Truth).Map.Runs.ShouldBe([1, 1, -1, 1]);
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
