using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Testing;
using VisionMonitor.Vision.Families;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Tests.Families;

public sealed class SegmentAnythingTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void MaskAnswer_FourMasks_TheFirstIsForExactPrompts()
    {
        MaskAnswer four = new(1, 1, [0, 1, 2, 3], [0.9f, 0.2f, 0.8f, 0.8f]);
        (four.ForExactPrompt(), four.Best()).ShouldBe((0, 2));
        MaskAnswer three = new(1, 1, [0, 1, 2], [0.1f, 0.2f, 0.3f]);
        (three.ForExactPrompt(), three.Best()).ShouldBe((2, 2));
        MaskAnswer one = new(1, 1, [0], [0.1f]);
        (one.ForExactPrompt(), one.Best()).ShouldBe((0, 0));
    }

    /// <summary>By hand: above 1 are 2 cells, above -1 are 4, so half stays; above 0 are columns 1 and 2 of rows 0 and 1. The third row is not the image's.</summary>
    [Fact]
    public void MaskAnswer_Shape_IsStabilityAndExtentWithinTheImage()
    {
        MaskAnswer answer = new(3, 4, [-5, 2, 0.5f, -5, -0.5f, -5, 3, -5, 9, 9, 9, 9], [1]);
        answer.Shape(0, rows: 2, columns: 4).ShouldBe((0.5, 1, 0, 3, 2));
        answer.Shape(0, rows: 1, columns: 1).ShouldBe((0, 1, 1, 0, 0));
    }

    /// <summary>Meta's decoder enlarges its masks itself: for the same prompt ours must be the same object. The weights are random, the graph is the true one.</summary>
    [Fact]
    public void Score_DetectorsBoxes_GiveTheDecodersOwnMasks()
    {
        string encoder = Model("random-weights", "sam_encoder_like");
        string detector = Model("trained", "yolox_nano");
        ModelContract contract = Compose(encoder, ("decoder", Model("random-weights", "sam_decoder_like")), ("detector", detector));
        contract.Family.ShouldBe("segment-anything");
        contract.Classes.Count.ShouldBe(80);
        using DecodedImage image = Truck();
        using ModelSession session = ModelSession.Open(encoder, ModelContract.Parse(contract.ToJson()));
        ScoredImage scored = session.Score(image, Cancelled);
        scored.Embedding.ShouldNotBeNull().Length.ShouldBe(256);
        IReadOnlyList<PredictedInstance> instances = ((InstancePrediction)scored.Prediction).Instances;

        using ModelSession boxes = ModelSession.Open(detector, contract.Parts!["detector"].Contract!);
        PredictedBox[] found = [.. ((DetectionPrediction)boxes.Score(image, Cancelled).Prediction).Boxes];
        found.ShouldNotBeEmpty();
        using (ModelSession strict = ModelSession.Open(encoder, contract with { Thresholds = contract.Thresholds with { Confidence = 1 } }))
        {
            ((InstancePrediction)strict.Score(image, Cancelled).Prediction).Instances.ShouldBeEmpty("the whole model's threshold is the detector's");
        }

        instances.Count.ShouldBe(found.Length);
        float scale = 1024f / Math.Max(image.Width, image.Height);
        using Reference reference = new(image);
        for (int index = 0; index < found.Length; index++)
        {
            (instances[index].Box.ClassIndex, instances[index].Box.Confidence).ShouldBe((found[index].ClassIndex, found[index].Confidence));
            Metrics.Geometry.BoundingBox box = found[index].Box;
            bool[] known = reference.Mask([(float)box.X * scale, (float)box.Y * scale, (float)box.Right * scale, (float)box.Bottom * scale], [2, 3], mask: 0);
            Overlap(instances[index], known).ShouldBeGreaterThan(0.995, $"object {index}");
        }
    }

    [Fact]
    public void Score_PointsOrGrid_GiveMasksWhereTheyAsk()
    {
        string encoder = Model("random-weights", "sam_encoder_like");
        ModelContract contract = Compose(encoder, ("decoder", Model("random-weights", "sam_decoder_like")));
        contract.Classes.ShouldBe(["object"]);
        (contract.Prompts!.Grid, contract.Thresholds.Confidence, contract.Thresholds.Overlap).ShouldBe((16, 0.88, 0.7));
        using DecodedImage image = Truck();

        using ModelSession pointed = ModelSession.Open(encoder, contract with { Prompts = new() { Points = [[0.25, 0.5]] } });
        PredictedInstance instance = ((InstancePrediction)pointed.Score(image, Cancelled).Prediction).Instances.ShouldHaveSingleItem();
        float scale = 1024f / Math.Max(image.Width, image.Height);
        using Reference reference = new(image);
        bool[] known = reference.Mask([0.25f * image.Width * scale, 0.5f * image.Height * scale, 0, 0], [1, -1], mask: null);
        Overlap(instance, known).ShouldBeGreaterThan(0.995);

        // Random weights think little of their masks: with no demands all but those of one object go, with Meta's none stay.
        using ModelSession any = ModelSession.Open(encoder, contract with { Thresholds = new() { Confidence = 0, Overlap = 0.7 }, Prompts = new() { Grid = 2, Stability = 0 } });
        IReadOnlyList<PredictedInstance> all = ((InstancePrediction)any.Score(image, Cancelled).Prediction).Instances;
        all.ShouldNotBeEmpty();
        all.Count.ShouldBeLessThanOrEqualTo(12);
        using ModelSession strict = ModelSession.Open(encoder, contract with { Thresholds = new() { Confidence = 1 }, Prompts = new() { Grid = 2 } });
        ((InstancePrediction)strict.Score(image, Cancelled).Prediction).Instances.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("sam_decoder_like", "decoder")]
    [InlineData("hf_clip_text_like", "text")]
    [InlineData("sam_encoder_like", null)]
    public void Inspect_PartOfAModel_SaysItsRole(string model, string? role)
    {
        AdmissionReport report = ModelProbe.Inspect(Model("random-weights", model), TextWriter.Null);
        report.IsAccepted.ShouldBeTrue();
        report.Warnings.ShouldBe(role is null ? [] : (string[])["part_of_a_model"]);
        Composition.RoleOf(report.Signature!).ShouldBe(role);
    }

    [Fact]
    public void Open_OtherDecoder_IsRefusedByName()
    {
        string encoder = Model("random-weights", "sam_encoder_like");
        ModelContract contract = Compose(encoder, ("decoder", Model("random-weights", "hf_clip_text_like")));
        Should.Throw<ModelContractException>(() => ModelSession.Open(encoder, contract)).Message.ShouldContain("no decoder of SAM");
    }

    private static double Overlap(PredictedInstance instance, bool[] known)
    {
        uint[] counts = instance.Mask.ToCounts();
        (int at, long both, long ours) = (0, 0, 0);
        for (int run = 0; run < counts.Length; run++)
        {
            for (int end = at + (int)counts[run]; at < end; at++)
            {
                if (run % 2 == 1)
                {
                    ours++;
                    both += known[at % instance.Mask.Height * instance.Mask.Width + at / instance.Mask.Height] ? 1 : 0;
                }
            }
        }

        return (double)both / (ours + known.Count(pixel => pixel) - both);
    }

    private static ModelContract Compose(string first, params (string Role, string Path)[] parts)
    {
        ContractGuess guess = ModelProbe.Inspect(first, TextWriter.Null).Guess!;
        return Composition.Of(guess, parts.ToDictionary(part => part.Role, part => new OfferedPart(part.Path, ModelQuarantine.KeyOf(part.Path), ModelProbe.Inspect(part.Path, TextWriter.Null).Guess))).Contract;
    }

    private static DecodedImage Truck() => ImageDecoder.Decode(File.ReadAllBytes(SharedFolder.Require("real", "images", "sam", "truck.jpg")), ImageLimits.Default);

    private static string Model(string folder, string model) => SharedFolder.Require("real", "models", folder, model + ".onnx");

    /// <summary>The decoder's own answer for an embedding that was made in the plain way.</summary>
    private sealed class Reference : IDisposable
    {
        private readonly InferenceSession _decoder = new(Model("random-weights", "sam_decoder_like"));
        private readonly DenseTensor<float> _embedding;
        private readonly (int Width, int Height) _size;

        public Reference(DecodedImage image)
        {
            _size = (image.Width, image.Height);
            ModelInput input = new()
            {
                Name = "images",
                Width = 1024,
                Height = 1024,
                Resize = ResizeKind.PaddedTopLeft,
                Mean = [123.675 / 255, 116.28 / 255, 103.53 / 255],
                Deviation = [58.395 / 255, 57.12 / 255, 57.375 / 255],
            };
            float[] tensor = new float[3 * 1024 * 1024];
            new TensorPreparation(input).Fill(image, tensor);
            tensor[1023 * 1024 + 1023].ShouldBe(0, "below the image are zeros");
            using InferenceSession encoder = new(Model("random-weights", "sam_encoder_like"));
            using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> answers = encoder.Run([NamedOnnxValue.CreateFromTensor("images", new DenseTensor<float>(tensor, [1, 3, 1024, 1024]))], ["image_embeddings"]);
            _embedding = new(answers[0].AsEnumerable<float>().ToArray(), [1, 256, 64, 64]);
        }

        /// <summary>Row-major; null: the best of the last three.</summary>
        public bool[] Mask(float[] points, float[] labels, int? mask)
        {
            using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> answers = _decoder.Run(
            [
                NamedOnnxValue.CreateFromTensor("image_embeddings", _embedding),
                NamedOnnxValue.CreateFromTensor("point_coords", new DenseTensor<float>(points, [1, labels.Length, 2])),
                NamedOnnxValue.CreateFromTensor("point_labels", new DenseTensor<float>(labels, [1, labels.Length])),
                NamedOnnxValue.CreateFromTensor("mask_input", new DenseTensor<float>(new float[256 * 256], [1, 1, 256, 256])),
                NamedOnnxValue.CreateFromTensor("has_mask_input", new DenseTensor<float>(new float[1], [1])),
                NamedOnnxValue.CreateFromTensor("orig_im_size", new DenseTensor<float>(new float[] { _size.Height, _size.Width }, [2])),
            ], ["masks", "iou_predictions"]);
            float[] qualities = [.. answers[1].AsEnumerable<float>()];
            int chosen = mask ?? Array.IndexOf(qualities, qualities[1..].Max(), 1);
            return [.. answers[0].AsEnumerable<float>().Skip(chosen * _size.Width * _size.Height).Take(_size.Width * _size.Height).Select(logit => logit > 0)];
        }

        public void Dispose() => _decoder.Dispose();
    }
}
