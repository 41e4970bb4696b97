using VisionMonitor.Testing;

namespace VisionMonitor.Tests.Commands;

/// <summary>What a newcomer types with real models and real labels, from the label files to the figure.</summary>
public sealed class RealModelCommandsTests : IDisposable
{
    private static readonly string[] CocoNames =
    [
        "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light", "fire hydrant", "stop sign", "parking meter", "bench", "bird", "cat", "dog", "horse", "sheep", "cow",
        "elephant", "bear", "zebra", "giraffe", "backpack", "umbrella", "handbag", "tie", "suitcase", "frisbee", "skis", "snowboard", "sports ball", "kite", "baseball bat", "baseball glove", "skateboard", "surfboard", "tennis racket", "bottle",
        "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple", "sandwich", "orange", "broccoli", "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch", "potted plant", "bed",
        "dining table", "toilet", "tv", "laptop", "mouse", "remote", "keyboard", "cell phone", "microwave", "oven", "toaster", "sink", "refrigerator", "book", "clock", "vase", "scissors", "teddy bear", "hair drier", "toothbrush",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("visionmonitor-real-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>
    /// Published for the 128 images of coco128: mAP .5-.95 of 0.332 and 0.442 (conf 0.001, boxes of the polygons). Half of the images may be at hand, so what is
    /// met is met with a tolerance of 0.02.
    /// </summary>
    [Theory]
    [InlineData("yolox_nano", 0.3320)]
    [InlineData("yolov8n_int8_a", 0.4418)]
    public async Task Predict_Coco128_GivesTheKnownPrecision(string model, double known)
    {
        string labels = SharedFolder.Require("real", "images", "coco128-seg"), truth = Path.Combine(_folder, "truth.json"), predicted = Path.Combine(_folder, "predicted.json"), names = Path.Combine(_folder, "names.txt");
        string images = Path.Combine(labels, "images", "train2017");
        await File.WriteAllLinesAsync(names, CocoNames, TestContext.Current.CancellationToken);
        EvalRun converted = await EvalRun.Of("labels", "convert", "--from", "yolo", "--to", "coco", "--images", images, "--classes", names, labels, truth);
        converted.Code.ShouldBe(0, converted.Complained);

        // The labels name their folder, the images are asked for without it: they are one and the same all the same.
        EvalRun scored = await EvalRun.Of("predict", "--model", SharedFolder.Require("real", "models", "trained", model + ".onnx"), "--images", images, "--output", predicted, "--threshold", "0.001", "--annotations", truth);
        scored.Code.ShouldBe(0, scored.Complained);
        scored.Complained.ShouldNotContain("made up");

        EvalRun judged = await EvalRun.Of("eval", "detection", "--truth", truth, "--predicted", predicted, "--format", "json");
        judged.Code.ShouldBe(0, judged.Complained);
        judged.Json.GetProperty("stats")[0].GetDouble().ShouldBe(known, 0.02);
    }
}
