using VisionMonitor.Testing;
using VisionMonitor.Vision.Families;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Tests.Text;

namespace VisionMonitor.Vision.Tests.Families;

public sealed class ZeroShotClassifierTests : IDisposable
{
    private readonly string _tokenizer = Path.Combine(Directory.CreateTempSubdirectory("clip").FullName, "tokenizer.json");

    public ZeroShotClassifierTests() => File.WriteAllText(_tokenizer, BytePairTokenizerTests.FewPieces);

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_tokenizer)!, recursive: true);

    /// <summary>Worked by hand: the cosines of (3, 4) are 0.6 and 0.8; e^6 / (e^6 + e^8) = 1 / (1 + e^2) = 0.119203.</summary>
    [Fact]
    public void Probabilities_TwoDirections_AreTheSoftmaxOfScaledCosines()
    {
        float[] probabilities = ZeroShotClassifier.Probabilities([3, 4], [[1, 0], [0, 1]], scale: 10);
        probabilities[0].ShouldBe(0.119203f, 1e-6f);
        probabilities[1].ShouldBe(0.880797f, 1e-6f);
        Should.Throw<ModelOutputException>(() => ZeroShotClassifier.Probabilities([3, 4, 0], [[1, 0]], scale: 10)).Code.ShouldBe("unexpected_output_shape");
    }

    /// <summary>
    /// Networks that hand their input through: the image's vector is its 77 grey pixels, a text's its 77 numbers. So the cosines can be worked out here
    /// from CLIP's known numbers.
    /// </summary>
    [Fact]
    public void Score_TwoFiles_ComparesTheImageWithThePrompts()
    {
        string folder = Path.GetDirectoryName(_tokenizer)!;
        string vision = Path.Combine(folder, "vision.onnx");
        File.WriteAllBytes(vision, TinyOnnx.Chain(("pixel_values", TinyOnnx.Float, [1, 1, 7, 11]), ("image_embeds", [1, 77]), "Flatten"));
        File.WriteAllBytes(Path.Combine(folder, "text.onnx"), TinyOnnx.Chain(("input_ids", TinyOnnx.Long, [-1, -1]), ("text_embeds", [-1, -1]), "Identity"));
        ModelContract contract = Compose(vision, ("text", Path.Combine(folder, "text.onnx")), ("tokenizer", _tokenizer));
        contract.Task.ShouldBe(VisionTask.Classification);
        contract.ZeroShot!.Prompts.ShouldBe(["a photo of a {}"]);
        contract = contract with
        {
            Classes = ["cat", "traffic light"],
            Input = contract.Input with { Mean = [], Deviation = [], Resize = ResizeKind.None },
            ZeroShot = new() { Scale = 100, Prompts = ["a photo of a {}", "{}"] },
        };
        byte[] grey = [.. Enumerable.Range(0, 77).Select(index => (byte)(255 - 3 * index))];
        using DecodedImage image = DecodedImage.FromRgb(11, 7, [.. grey.SelectMany(level => (byte[])[level, level, level])]);
        using ModelSession session = ModelSession.Open(vision, ModelContract.Parse(contract.ToJson()));
        ScoredImage scored = session.Score(image, TestContext.Current.CancellationToken);

        double[] vector = [.. grey.Select(level => level / 255.0)];
        scored.Embedding.ShouldNotBeNull().Select(value => (double)value).ShouldBe(vector, 1e-6);
        double cat = Cosine(vector, ClassVector([49406, 320, 1125, 539, 320, 2368, 49407], [49406, 2368, 49407]));
        double light = Cosine(vector, ClassVector([49406, 320, 1125, 539, 320, 3399, 1395, 49407], [49406, 3399, 1395, 49407]));
        float[] probabilities = ((ClassificationPrediction)scored.Prediction).Probabilities;
        ((double)probabilities[0]).ShouldBe(1 / (1 + Math.Exp(100 * (light - cat))), 1e-4);
        ((double)probabilities[1]).ShouldBe(1 / (1 + Math.Exp(100 * (cat - light))), 1e-4);
        Math.Abs(cat - light).ShouldBeGreaterThan(0.005, "two texts that are one and the same would prove nothing");
    }

    /// <summary>A true export's names and shapes, with random weights: only that it answers, and what of.</summary>
    [Fact]
    public void Score_HuggingFaceFiles_GivesAProbabilityPerClass()
    {
        string vision = Shared("hf_clip_vision_like");
        ModelContract contract = Compose(vision, ("text", Shared("hf_clip_text_like")), ("tokenizer", _tokenizer)) with { Classes = ["cat", "traffic light", "a"] };
        using ModelSession session = ModelSession.Open(vision, contract);
        ScoredImage scored = session.Score(File.ReadAllBytes(SharedFolder.Require("real", "images", "clip", "CLIP.png")), ImageLimits.Default, TestContext.Current.CancellationToken);
        scored.Embedding.ShouldNotBeNull().Length.ShouldBe(512);
        float[] probabilities = ((ClassificationPrediction)scored.Prediction).Probabilities;
        probabilities.Length.ShouldBe(3);
        probabilities.Sum().ShouldBe(1, 1e-5f);
    }

    [Fact]
    public void Open_WhatIsMissing_IsNamedWithItsRemedy()
    {
        string vision = Shared("hf_clip_vision_like");
        ModelContract contract = Compose(vision, ("text", Shared("hf_clip_text_like")), ("tokenizer", _tokenizer));
        Should.Throw<ModelContractException>(() => ModelSession.Open(vision, contract)).Message.ShouldContain("--classes FILE");
        contract = contract with { Classes = ["cat"] };
        Dictionary<string, ModelPart> parts = new(contract.Parts!);
        parts.Remove("tokenizer");
        Should.Throw<ModelContractException>(() => ModelSession.Open(vision, contract with { Parts = parts })).Message.ShouldContain("--part tokenizer=FILE");
        parts["tokenizer"] = contract.Parts!["tokenizer"] with { Sha256 = new('0', 64) };
        Should.Throw<ModelContractException>(() => ModelSession.Open(vision, contract with { Parts = parts })).Message.ShouldContain("another file");
        parts["tokenizer"] = new() { File = "nowhere.json" };
        Should.Throw<ModelContractException>(() => ModelSession.Open(vision, contract with { Parts = parts })).Message.ShouldContain("nowhere.json, does not exist");

        // Without the part, texts go into the first network itself, which takes none.
        parts = new() { ["tokenizer"] = contract.Parts["tokenizer"] };
        Should.Throw<ModelContractException>(() => ModelSession.Open(vision, contract with { Parts = parts })).Message.ShouldContain("no input for texts");
        Should.Throw<ModelAdmissionException>(() => Compose(vision, ("text", vision))).Code.ShouldBe("parts_do_not_fit");
    }

    private static ModelContract Compose(string first, params (string Role, string Path)[] parts)
    {
        ContractGuess guess = ModelProbe.Inspect(first, TextWriter.Null).Guess!;
        return Composition.Of(guess, parts.ToDictionary(part => part.Role, part => new OfferedPart(part.Path, ModelQuarantine.KeyOf(part.Path), null))).Contract;
    }

    /// <summary>The sum of the directions of texts.</summary>
    private static double[] ClassVector(params long[][] texts)
    {
        double[] sum = new double[77];
        foreach (long[] ids in texts)
        {
            double length = Math.Sqrt(ids.Sum(id => (double)id * id));
            foreach ((int index, long id) in ids.Index())
            {
                sum[index] += id / length;
            }
        }

        return sum;
    }

    private static double Cosine(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum() / Math.Sqrt(a.Sum(x => x * x) * b.Sum(y => y * y));

    private static string Shared(string model) => SharedFolder.Require("real", "models", "random-weights", model + ".onnx");
}
