using VisionMonitor.Testing;
using VisionMonitor.Vision.Families;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Tests.Families;

/// <summary>Trained models of others with the contract that we guess for them, against what is known of them.</summary>
public sealed class KnownGoodTests
{
    private static readonly (int, double, double[])[] _none = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("yolov8n_int8_a", "yolo-detection")]
    [InlineData("yolo26n_int8", "end-to-end-detection")]
    [InlineData("yolox_nano", "yolox")]
    [InlineData("nanodet_m_320", "nanodet")]
    [InlineData("FastestDet", "fastestdet")]
    public void Detectors_BusAndZidane_FindTheKnownBoxes(string model, string family)
    {
        using ModelSession session = Open(model, family);
        foreach ((string image, (int, double, double[])[] known) in Known(model))
        {
            DetectionPrediction prediction = (DetectionPrediction)Score(session, "yolo", image).Prediction;
            KnownBoxes.AssertFound(prediction.Boxes, known);
        }
    }

    [Fact]
    public void YoloSegmentation_Bus_FindsTheKnownMasks()
    {
        using ModelSession session = Open("yolov8n-seg_int8", "yolo-segmentation");
        InstancePrediction prediction = (InstancePrediction)Score(session, "yolo", "bus.jpg").Prediction;
        KnownBoxes.AssertFound([.. prediction.Instances.Select(instance => instance.Box)],
        [
            (5, 0.921, [21.6, 233.9, 800.7, 733.6]), (0, 0.884, [44.9, 390.7, 232.2, 906.5]), (0, 0.767, [226.7, 407.5, 345.7, 862.3]), (0, 0.759, [675, 369.9, 806.8, 869.1]),
        ]);
        double[] areas = [.. prediction.Instances.Take(4).Select(instance => (double)instance.Mask.Area)];
        double[] known = [261238, 57004, 32615, 20626];
        for (int index = 0; index < 4; index++)
        {
            (areas[index] / known[index]).ShouldBe(1, 0.05, $"mask {index}: {areas[index]} pixels");
        }
    }

    [Theory]
    [InlineData("bus.jpg", new[] { 0, 6, 15 }, new[] { 0.5803, 0.3058, 0.1139 })]
    [InlineData("zidane.jpg", new[] { 0, 15 }, new[] { 0.5107, 0.4893 })]
    public void EspNet_KnownImages_GiveTheKnownShares(string image, int[] classes, double[] shares)
    {
        using ModelSession session = Open("espnetv2_s2_voc_384", "semantic-segmentation");
        SemanticPrediction prediction = (SemanticPrediction)Score(session, "yolo", image).Prediction;
        long[] counts = prediction.Map.CountPixels(21);
        for (int index = 0; index < classes.Length; index++)
        {
            ((double)counts[classes[index]] / counts.Sum()).ShouldBe(shares[index], 0.01, $"class {classes[index]} of {image}");
        }
    }

    [Theory]
    [InlineData("mobilenetv2_int8_c", 82, 96)]
    [InlineData("SqueezeNet_fp16", 62, 87)]
    public void Classifiers_ImageNet_AreRightAsOftenAsKnown(string model, int knownTop1, int knownTop5)
    {
        using ModelSession session = Open(model, "classifier");
        string[] synsets = [.. File.ReadLines(SharedFolder.Require("real", "images", "imagenet_labels_1000.tsv")).Select(line => line.Split('\t')[1])];
        string[] files = Directory.GetFiles(SharedFolder.Require("real", "images", "imagenet200"));
        files.Length.ShouldBe(100);
        (int top1, int top5) = (0, 0);
        foreach (string file in files)
        {
            int truth = Array.BinarySearch(synsets, Path.GetFileName(file).Split('_')[0], StringComparer.Ordinal);
            truth.ShouldBeGreaterThanOrEqualTo(0);
            float[] probabilities = ((ClassificationPrediction)session.Score(File.ReadAllBytes(file), ImageLimits.Default, Cancelled).Prediction).Probabilities;
            int rank = probabilities.Count(probability => probability > probabilities[truth]);
            top1 += rank == 0 ? 1 : 0;
            top5 += rank < 5 ? 1 : 0;
        }

        top1.ShouldBeInRange(knownTop1 - 2, knownTop1 + 2);
        top5.ShouldBeInRange(knownTop5 - 2, knownTop5 + 2);
    }

    [Theory]
    [InlineData("demo_1.png", "Available", 0.997)]
    [InlineData("demo_3.png", "London", 0.916)]
    [InlineData("demo_4.png", "Creenstead", 0.977)]
    [InlineData("demo_7.png", "underground", 0.989)]
    public void PaddleRecognition_KnownWords_AreReadAsKnown(string image, string text, double confidence)
    {
        using ModelSession session = OpenRecognition();
        TextLine line = ((TextPrediction)Score(session, "ocr", "words", image).Prediction).Lines.ShouldHaveSingleItem();
        line.Text.ShouldBe(text);
        line.Confidence.ShouldBe(confidence, 0.06);
    }

    [Fact]
    public void TextLines_KnownScenes_AreReadAsKnown()
    {
        string detection = SharedFolder.Require("real", "models", "trained", "ppocr_en_PP-OCRv3_det_infer.onnx");
        ContractGuess whole = Composition.Of(
            new(Guess(detection, "paddle-text-detection"), []),
            new Dictionary<string, OfferedPart>
            {
                ["recognition"] = Offered("ppocr_en_number_mobile_v2.0_rec_infer", "paddle-text-recognition"),
                ["direction"] = Offered("ppocr_ch_ppocr_mobile_v2.0_cls_infer", "classifier"),
            });
        whole.Contract.Family.ShouldBe("text-lines");
        string[] dictionary = File.ReadAllLines(SharedFolder.Require("real", "images", "ocr", "dicts", "en_dict.txt"));
        using ModelSession model = ModelSession.Open(detection, ModelContract.Parse((whole.Contract with { Classes = dictionary }).ToJson()));

        ReadScene(model, "1997.png").ShouldBe(["1997"]);
        string[] lines = ReadScene(model, "img_12.jpg");
        lines.Length.ShouldBe(11, string.Join(" | ", lines));
        lines[0].ShouldBe("ACKNOWLEDGEMENTS");
        lines[1].ShouldBe("We would like to thank all the designers and");
        lines[3].ShouldBe("production of this book; their contributions");
        lines[10].ShouldBe("thank you for your continuous support.");
    }

    [Fact]
    public void OsNet_SamePersonTurned_IsNearerThanAnother()
    {
        using ModelSession session = Open("osnet_x0_25_msmt17", "embedding");
        using DecodedImage bus = ImageDecoder.Decode(File.ReadAllBytes(SharedFolder.Require("real", "images", "yolo", "bus.jpg")), ImageLimits.Default);
        float[] one = Embedding(session, Crop(bus, 50, 398, 242, 904, isTurned: false));
        float[] flipped = Embedding(session, Crop(bus, 50, 398, 242, 904, isTurned: true));
        float[] other = Embedding(session, Crop(bus, 221, 407, 343, 856, isTurned: false));
        one.Length.ShouldBe(512);

        // Known: 0.9867 for the turned person, 0.5606 for the other one.
        Cosine(one, flipped).ShouldBe(0.9867, 0.02);
        Cosine(one, other).ShouldBe(0.5606, 0.06);
    }

    [Theory]
    [InlineData("hf_detr_like", "detr", 91)]
    [InlineData("hf_rtdetr_like", "rt-detr", 80)]
    [InlineData("hf_segformer_like", "semantic-segmentation", 150)]
    [InlineData("unet_binary", "semantic-segmentation", 2)]
    [InlineData("hf_dinov2_small_like", "embedding", 0)]
    [InlineData("hf_clip_vision_like", "embedding", 0)]
    [InlineData("sam_encoder_like", "embedding", 0)]
    [InlineData("tv_vit_tiny", "classifier", 1000)]
    [InlineData("tv_fasterrcnn_slim_320", "torchvision-detection", 0)]
    [InlineData("ul_yolov10n", "end-to-end-detection", 80)]
    [InlineData("hf_mask2former_like", "mask-queries", 133)]
    public void Recognize_ModelsWithRandomWeights_AreScoredByTheirFamily(string model, string family, int classCount)
    {
        string path = SharedFolder.Require("real", "models", "random-weights", model + ".onnx");
        ModelContract contract = Guess(path, family);
        contract.Classes.Count.ShouldBe(classCount);
        using ModelSession session = ModelSession.Open(path, contract with { Thresholds = contract.Thresholds with { Confidence = 0 } });
        using DecodedImage image = ImageDecoder.Decode(File.ReadAllBytes(SharedFolder.Require("real", "images", "yolo", "bus_small.jpg")), ImageLimits.Default);
        Prediction prediction = session.Score(image, Cancelled).Prediction;
        Prediction.FromJson(prediction.ToJson()).ToJson().ShouldBe(prediction.ToJson());
        if (prediction is DetectionPrediction { Boxes: var boxes })
        {
            boxes.ShouldAllBe(box => box.Box.X >= 0 && box.Box.Right <= image.Width + 0.01 && box.Box.Bottom <= image.Height + 0.01);
        }
    }

    private static (string Image, (int, double, double[])[] Known)[] Known(string model) => model switch
    {
        "yolov8n_int8_a" =>
        [
            ("bus.jpg", [(0, 0.910, [673, 381, 810, 879]), (0, 0.898, [221, 407, 343, 856]), (0, 0.885, [50, 398, 242, 904]), (5, 0.830, [34, 230, 796, 774])]),
            ("zidane.jpg", [(0, 0.836, [749, 44, 1139, 707]), (0, 0.828, [117, 195, 1111, 710])]),
        ],
        "yolo26n_int8" =>
        [
            ("bus.jpg", [(5, 0.943, [21, 220, 810, 768]), (0, 0.916, [50, 397, 241, 905]), (0, 0.888, [228, 404, 346, 867]), (0, 0.852, [674, 393, 810, 883])]),
            ("zidane.jpg", [(0, 0.883, [122, 192, 972, 720]), (0, 0.859, [743, 37, 1148, 720]), (27, 0.672, [433, 436, 526, 717])]),
        ],
        "yolox_nano" =>
        [
            ("bus.jpg", [(5, 0.911, [8, 230, 806, 734]), (0, 0.850, [56, 388, 211, 900]), (0, 0.816, [218, 404, 350, 855]), (0, 0.678, [682, 447, 810, 876])]),
            ("zidane.jpg", [(0, 0.844, [149, 199, 681, 712]), (0, 0.816, [704, 39, 1152, 706]), (27, 0.513, [431, 438, 498, 692])]),
        ],
        "nanodet_m_320" =>
        [
            ("bus.jpg", [(5, 0.801, [3, 226, 810, 746]), (0, 0.723, [52, 387, 220, 895]), (0, 0.679, [226, 401, 352, 858]), (0, 0.541, [685, 314, 810, 879])]),
            ("zidane.jpg", [(0, 0.691, [670, 43, 1154, 720]), (0, 0.682, [131, 196, 763, 720])]),
        ],
        "FastestDet" =>
        [
            ("bus.jpg", [(0, 0.881, [45, 381, 216, 900]), (0, 0.877, [217, 406, 336, 871]), (5, 0.802, [22, 176, 810, 793]), (0, 0.638, [0, 575, 63, 844]), (36, 0.601, [36, 856, 254, 919])]),
            ("zidane.jpg", [(0, 0.855, [641, 39, 1138, 720]), (0, 0.831, [149, 214, 684, 720]), (27, 0.767, [437, 408, 664, 720]), (27, 0.598, [359, 380, 584, 720])]),
        ],
        _ => [("bus.jpg", _none)],
    };

    private static ModelSession Open(string model, string family)
    {
        string path = SharedFolder.Require("real", "models", "trained", model + ".onnx");
        return ModelSession.Open(path, Guess(path, family));
    }

    private static ModelSession OpenRecognition()
    {
        string path = SharedFolder.Require("real", "models", "trained", "ppocr_en_number_mobile_v2.0_rec_infer.onnx");
        string[] dictionary = File.ReadAllLines(SharedFolder.Require("real", "images", "ocr", "dicts", "en_dict.txt"));
        return ModelSession.Open(path, Guess(path, "paddle-text-recognition") with { Classes = dictionary });
    }

    private static ModelContract Guess(string path, string family)
    {
        AdmissionReport report = ModelProbe.Inspect(path, TextWriter.Null);
        report.Code.ShouldBeNull(report.Sentence);
        report.Guess.ShouldNotBeNull($"{Path.GetFileName(path)}: {string.Join("; ", report.Signature!.Outputs)}");
        report.Guess.Contract.Family.ShouldBe(family);
        return report.Guess.Contract;
    }

    private static ScoredImage Score(ModelSession session, params string[] image) =>
        session.Score(File.ReadAllBytes(SharedFolder.Require(["real", "images", .. image])), ImageLimits.Default, Cancelled);

    private static OfferedPart Offered(string model, string family)
    {
        string path = SharedFolder.Require("real", "models", "trained", model + ".onnx");
        return new(path, ModelQuarantine.KeyOf(path), new(Guess(path, family), []));
    }

    private static string[] ReadScene(ModelSession model, string name) =>
        [.. ((TextPrediction)Score(model, "ocr", "scenes", name).Prediction).Lines.Select(line => line.Text)];

    private static DecodedImage Crop(DecodedImage image, int left, int top, int right, int bottom, bool isTurned)
    {
        byte[] rgb = new byte[(right - left) * (bottom - top) * 3];
        for (int y = top, to = 0; y < bottom; y++)
        {
            for (int x = left; x < right; x++, to += 3)
            {
                int from = isTurned ? right - 1 - (x - left) : x;
                image.Rgb.Slice((y * image.Width + from) * 3, 3).CopyTo(rgb.AsSpan(to));
            }
        }

        return DecodedImage.FromRgb(right - left, bottom - top, rgb);
    }

    private static float[] Embedding(ModelSession session, DecodedImage image)
    {
        using (image)
        {
            return session.Score(image, Cancelled).Embedding!;
        }
    }

    private static double Cosine(float[] a, float[] b)
    {
        (double dot, double first, double second) = (0, 0, 0);
        for (int index = 0; index < a.Length; index++)
        {
            dot += a[index] * b[index];
            first += a[index] * a[index];
            second += b[index] * b[index];
        }

        return dot / Math.Sqrt(first * second);
    }
}
