using System.Text.Json;
using VisionMonitor.Testing;
using VisionMonitor.Vision.Families;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;

namespace VisionMonitor.Vision.Tests.Families;

/// <summary>Names, shapes and metadata of exports in the field; no weights are needed to guess.</summary>
public sealed class GuessTests
{
    [Theory]
    [InlineData("images 1,3,640,640", "output0 1,84,8400", "", "yolo-detection", 80)]
    [InlineData("images -1,3,-1,-1", "output0 1,6,8400", "two", "yolo-detection", 2)]
    [InlineData("images 1,3,320,416", "output0 1,84,2730", "", "yolo-detection", 80)]
    [InlineData("images 1,3,1280,1280", "output0 1,6,34000", "two", "yolo-detection", 2)]
    [InlineData("images 1,3,640,640", "output0 1,8400,6", "two", "yolo-detection", 2)]
    [InlineData("images 1,3,640,640", "output0 1,84,8400; onnx::Reshape_370 1,144,80,80; onnx::Reshape_385 1,144,40,40", "", "yolo-detection", 80)]
    [InlineData("images 1,3,640,640", "output 1,25200,85; 339 1,3,80,80,85", "", "yolo-objectness", 80)]
    [InlineData("images 1,3,1280,1280", "output 1,102000,7", "two", "yolo-objectness", 2)]
    [InlineData("images 1,3,416,416", "output 1,3549,85", "", "yolox", 80)]
    [InlineData("images 1,3,640,640", "output 1,8400,7", "", "yolox", 2)]
    [InlineData("images 1,3,640,640", "output0 1,300,6", "two", "end-to-end-detection", 2)]
    [InlineData("images 1,3,640,640", "output0 1,300,6", "rtdetr", "rt-detr", 2)]
    [InlineData("images 1,3,640,640", "output0 1,300,84", "eighty", "rt-detr", 80)]
    [InlineData("images 1,3,640,640; orig_target_sizes 1,2 int64", "labels 1,300 int64; boxes 1,300,4; scores 1,300", "", "rt-detr", 0)]
    [InlineData("input 1,3,560,560", "dets 1,300,4; labels 1,300,91", "", "rt-detr", 91)]
    [InlineData("pixel_values -1,3,640,640", "logits 1,300,80; pred_boxes 1,300,4", "", "rt-detr", 80)]
    [InlineData("pixel_values -1,3,-1,-1; pixel_mask -1,-1,-1 int64", "logits 1,300,91; pred_boxes 1,300,4", "", "rt-detr", 91)]
    [InlineData("pixel_values -1,3,-1,-1; pixel_mask -1,-1,-1 int64", "logits 1,100,92; pred_boxes 1,100,4", "", "detr", 91)]
    [InlineData("images 1,3,640,640", "output0 1,116,8400; output1 1,32,160,160", "", "yolo-segmentation", 80)]
    [InlineData("images 1,3,640,640", "output0 1,25200,117; output1 1,32,160,160", "", "yolo-segmentation", 80)]
    [InlineData("images 1,3,640,640", "output0 1,300,38; output1 1,32,160,160", "two", "yolo-segmentation", 2)]
    [InlineData("images 1,3,640,640", "output0 1,56,8400", "pose", "yolo-pose", 1)]
    [InlineData("images 1,3,640,640", "output0 1,300,57", "pose", "yolo-pose", 1)]
    [InlineData("images 1,3,1024,1024", "output0 1,7,21504", "obb", "yolo-obb", 2)]
    [InlineData("images 1,3,1024,1024", "output0 1,300,7", "obb", "yolo-obb", 2)]
    [InlineData("images 1,3,224,224", "output0 1,2", "classify", "classifier", 2)]
    [InlineData("image 3,-1,-1", "boxes 7,4; labels 7 int64; scores 7", "", "torchvision-detection", 0)]
    [InlineData("image 1,3,320,320", "boxes 7,4; scores 7; labels 7 int64", "", "torchvision-detection", 0)]
    [InlineData("image 3,-1,-1", "boxes 7,4; labels 7 int64; scores 7; masks 7,1,224,224", "", "torchvision-instances", 0)]
    [InlineData("input 1,3,240,320", "scores 1,4420,2; boxes 1,4420,4", "", "decoded-boxes", 1)]
    [InlineData("input 1,3,512,512", "aux 1,21,512,512; out 1,21,512,512", "", "semantic-segmentation", 21)]
    [InlineData("input 1,3,512,1024", "logits 1,19,128,256", "", "semantic-segmentation", 19)]
    [InlineData("input 1,3,512,512", "output 1,512,512 int64", "names", "semantic-segmentation", 2)]
    [InlineData("input 1,512,512,3", "output 1,512,512,21", "", "semantic-segmentation", 21)]
    [InlineData("input 1,3,256,256", "output 1,1,256,256", "", "semantic-segmentation", 2)]
    [InlineData("pixel_values 1,3,384,384", "class_queries_logits 1,100,134; masks_queries_logits 1,100,96,96", "", "mask-queries", 133)]
    [InlineData("x -1,3,-1,-1", "fetch_name_0 1,1,960,960", "", "paddle-text-detection", 0)]
    [InlineData("x -1,3,48,-1", "softmax_11.tmp_0 1,40,6625", "", "paddle-text-recognition", 0)]
    [InlineData("x -1,3,-1,-1", "softmax_11.tmp_0 1,40,97", "", "paddle-text-recognition", 0)]
    [InlineData("x -1,3,80,160", "fetch_name_0 1,2", "", "classifier", 2)]
    [InlineData("pixel_values 1,3,224,224; input_ids 1,77 int64; attention_mask 1,77 int64", "logits_per_image 1,1; logits_per_text 1,1; text_embeds 1,512; image_embeds 1,512", "", "embedding", 0)]
    [InlineData("pixel_values 1,3,224,224", "last_hidden_state 1,261,384; pooler_output 1,384", "", "embedding", 0)]
    [InlineData("input_image -1,-1,3", "image_embeddings 1,256,64,64", "", "embedding", 0)]
    [InlineData("images 1,3,640,640", "output 1,3,80,80,85; 350 1,3,40,40,85; 362 1,3,20,20,85", "", "yolo-heads", 80)]
    [InlineData("images 1,3,640,640", "339 1,21,80,80; 340 1,21,40,40; 341 1,21,20,20", "", "yolo-heads", 2)]
    [InlineData("data 1,3,416,416", "output 1,3598,112", "", "nanodet-plus", 80)]
    [InlineData("data 1,3,320,320", "output 1,2125,34", "", "nanodet-plus", 2)]
    [InlineData("input.1 1,3,320,320", "o0 1,1600,80; o1 1,400,80; o2 1,100,80; o3 1,1600,32; o4 1,400,32; o5 1,100,32", "", "nanodet", 80)]
    [InlineData("input.1 1,3,320,320", "o0 1,1600,44; o1 1,1600,3; o2 1,400,44; o3 1,400,3; o4 1,100,44; o5 1,100,3", "", "nanodet", 3)]
    [InlineData("images 4,3,416,416", "output 4,3549,85", "", "yolox", 80)]
    [InlineData("images 4,3,640,640", "output0 4,84,8400", "", "yolo-detection", 80)]
    [InlineData("input 8,3,224,224", "output 8,1000", "", "classifier", 1000)]
    [InlineData("input 1,384,384,3", "logits 1,21,384,384", "", "semantic-segmentation", 21)]
    [InlineData("input_1 1,3,640,640", "o0 1,300,80; o1 1,300,4", "", "rt-detr", 80)]
    [InlineData("input_1 1,3,800,1066", "o0 1,100,92; o1 1,100,4", "", "detr", 91)]
    [InlineData("input_1 3,-1,-1", "o0 7,4; o1 7 int64; o2 7", "", "torchvision-detection", 0)]
    [InlineData("input_1 1,3,384,384", "o0 1,100,134; o1 1,100,96,96", "", "mask-queries", 133)]
    [InlineData("image -1,3,224,224", "image_features 1,512", "", "embedding", 0)]
    [InlineData("input 1,3,224,224", "output 1,1000", "", "classifier", 1000)]
    [InlineData("pixel_values 1,3,224,224", "logits 1,1000", "", "classifier", 1000)]
    public void Recognize_ExportsOfTheField_FindFamilyAndClasses(string inputs, string outputs, string exporter, string family, int classCount)
    {
        ContractGuess guess = ModelFamilies.Recognize(Signature(inputs, outputs, exporter)).ShouldNotBeNull();
        (guess.Contract.Family, guess.Contract.Classes.Count).ShouldBe((family, classCount));
    }

    [Theory]
    [InlineData("input 1,3,512,512", "aux 1,21,512,512; out 1,21,512,512", "out")]
    [InlineData("pixel_values 1,3,224,224", "text_embeds 1,512; image_embeds 1,512", "image_embeds")]
    public void Recognize_SeveralOutputs_ReadsTheRightOne(string inputs, string outputs, string expected) =>
        ModelFamilies.Recognize(Signature(inputs, outputs, ""))!.Contract.Outputs.ShouldBe([expected]);

    [Theory]
    [InlineData("logits -1,1000", 224, ResizeKind.CentreCrop)]
    [InlineData("last_hidden_state -1,-1,384; pooler_output -1,384", 224, ResizeKind.CentreCrop)]
    [InlineData("logits -1,300,80; pred_boxes -1,300,4", 640, ResizeKind.Stretch)]
    [InlineData("logits -1,300,91; pred_boxes -1,300,4", 1333, ResizeKind.ShorterSideLimit)]
    [InlineData("logits -1,150,128,128", 512, ResizeKind.Stretch)]
    [InlineData("class_queries_logits -1,100,134; masks_queries_logits -1,100,96,96", 384, ResizeKind.Stretch)]
    public void Recognize_HuggingFaceOfFreeSize_TakesItsFamilysSize(string outputs, int width, ResizeKind resize)
    {
        ModelInput input = ModelFamilies.Recognize(Signature("pixel_values -1,3,-1,-1", outputs, ""))!.Contract.Input;
        (input.Width, input.Resize).ShouldBe((width, resize));
    }

    [Fact]
    public void Recognize_DecoderOfSam_IsNoClassifier() =>
        ModelFamilies.Recognize(Signature("image_embeddings 1,256,64,64; point_coords 1,2,2; point_labels 1,2", "masks 1,4,64,64; iou_predictions 1,4", ""))?.Contract.Family.ShouldNotBe("classifier");

    [Fact]
    public void Recognize_KerasLayout_ScalesFromMinusOne()
    {
        ModelInput input = ModelFamilies.Recognize(Signature("input_1 -1,224,224,3", "predictions 1,1000", ""))!.Contract.Input;
        (input.Layout, input.Width, input.Height, input.Mean[0], input.Deviation[0]).ShouldBe((TensorLayout.Nhwc, 224, 224, 0.5, 0.5));
    }

    [Fact]
    public void Recognize_DetrByCocosNumbers_NamesThem()
    {
        IReadOnlyList<string> classes = ModelFamilies.Recognize(Signature("pixel_values 1,3,-1,-1", "logits 1,100,92; pred_boxes 1,100,4", ""))!.Contract.Classes;
        (classes[1], classes[13], classes[44], classes[90]).ShouldBe(("person", "stop sign", "bottle", "toothbrush"));
    }

    [Fact]
    public void Recognize_BenchmarksOfScenes_NamesTheirClassesAndGround()
    {
        ModelContract ade = ModelFamilies.Recognize(Signature("pixel_values 1,3,512,512", "logits 1,150,128,128", ""))!.Contract;
        (ade.Classes[0], ade.Classes[12], ade.Classes[83], ade.Classes[149], ade.StuffClasses).ShouldBe(("wall", "person", "truck", "flag", null));
        ModelContract panoptic = ModelFamilies.Recognize(Signature("pixel_values 1,3,384,384", "class_queries_logits 1,100,134; masks_queries_logits 1,100,96,96", ""))!.Contract;
        (panoptic.Classes[0], panoptic.Classes[79], panoptic.Classes[80], panoptic.Classes[132]).ShouldBe(("person", "toothbrush", "banner", "rug-merged"));
        panoptic.StuffClasses.ShouldBe(panoptic.Classes.Skip(80));

        // Renamed by their places: ground stays ground.
        ModelContract renamed = panoptic.WithClasses([.. panoptic.Classes.Select(name => name + "!")]);
        (renamed.StuffClasses!.Count, renamed.StuffClasses[0]).ShouldBe((53, "banner!"));
    }

    [Fact]
    public void Recognize_CocosPanopticClasses_AreThoseOfItsOwnList()
    {
        using JsonDocument own = JsonDocument.Parse(File.ReadAllText(SharedFolder.Require("real", "images", "panoptic", "panoptic_coco_categories.json")));
        JsonElement[] rows = [.. own.RootElement.EnumerateArray()];
        ModelContract panoptic = ModelFamilies.Recognize(Signature("pixel_values 1,3,384,384", "class_queries_logits 1,100,134; masks_queries_logits 1,100,96,96", ""))!.Contract;
        panoptic.Classes.ShouldBe(rows.Select(row => row.GetProperty("name").GetString()));
        panoptic.StuffClasses.ShouldBe(rows.Where(row => row.GetProperty("isthing").GetInt32() == 0).Select(row => row.GetProperty("name").GetString()));
    }

    private static OnnxSignature Signature(string inputs, string outputs, string exporter)
    {
        Dictionary<string, string> metadata = exporter switch
        {
            "" => [],
            "names" => new() { ["names"] = "['background', 'box']" },
            "eighty" => new() { ["names"] = string.Join(',', Enumerable.Range(0, 80)), ["stride"] = "32", ["task"] = "detect" },
            "pose" => new() { ["names"] = "{0: 'person'}", ["stride"] = "32", ["task"] = "pose", ["kpt_shape"] = "[17, 3]" },
            _ => new()
            {
                ["names"] = "{0: 'box', 1: 'tube'}",
                ["stride"] = "32",
                ["description"] = exporter == "rtdetr" ? "Ultralytics rtdetr-l model trained on coco.yaml" : "Ultralytics YOLO model",
                ["task"] = exporter is "obb" or "classify" ? exporter : "detect",
                ["imgsz"] = inputs.Contains("-1,-1", StringComparison.Ordinal) ? "[640, 640]" : "",
            },
        };
        return new() { Inputs = Tensors(inputs), Outputs = Tensors(outputs), Metadata = metadata, NodeCount = 100 };
    }

    private static OnnxTensorType[] Tensors(string text) =>
    [
        .. text.Split(';', StringSplitOptions.TrimEntries).Select(one => one.Split(' ')).Select(words =>
            new OnnxTensorType(words[0], words.Length > 2 ? words[2] : "float", [.. words[1].Split(',').Select(length => int.Parse(length, System.Globalization.CultureInfo.InvariantCulture))])),
    ];
}
