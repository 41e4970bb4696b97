using SkiaSharp;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Tests.Models;

public sealed class UnusualInputTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(TinyOnnx.Byte, new[] { 1, 8, 8, 3 }, TensorLayout.Nhwc, 1)]
    [InlineData(TinyOnnx.Byte, new[] { 1, 3, 8, 8 }, TensorLayout.Nchw, 1)]
    [InlineData(TinyOnnx.Half, new[] { -1, 3, 8, 8 }, TensorLayout.Nchw, 0)]
    [InlineData(TinyOnnx.Float, new[] { 4, 3, 8, 8 }, TensorLayout.Nchw, 0)]
    [InlineData(TinyOnnx.Float, new[] { 2, 8, 8, 3 }, TensorLayout.Nhwc, 0)]
    public async Task Score_BytesHalvesAndFixedBatches_AreFedAsTheGraphWants(int elementType, int[] shape, TensorLayout layout, int isBytes)
    {
        byte[] model = TinyOnnx.ChannelMeans(elementType, shape, ("names", "{0: 'red', 1: 'green', 2: 'blue'}"));
        await File.WriteAllBytesAsync(_path, model, TestContext.Current.CancellationToken);
        AdmissionReport report = await ModelAdmission.ByThisProgram(["models", "inspect-child"]).InspectAsync(_path, TestContext.Current.CancellationToken);
        report.Sentence.ShouldBeNull();
        ModelContract contract = report.Guess!.Contract;
        (contract.Family, contract.Input.Layout).ShouldBe(("classifier", layout));
        contract.Classes.ShouldBe(["red", "green", "blue"]);
        (contract.Input.Scale == 1).ShouldBe(isBytes == 1);
        (shape[0] > 1).ShouldBe(report.Guess.Assumptions.Any(sentence => sentence.Contains("at once", StringComparison.Ordinal)));

        // A picture that is all (255, 51, 0): the means say which channel came where, and that nothing of other images got in.
        using ModelSession session = ModelSession.Open(_path, contract with { Input = contract.Input with { Mean = [], Deviation = [] } });
        ScoredImage scored = session.Score(Picture(), ImageLimits.Default, TestContext.Current.CancellationToken);
        double scale = isBytes == 1 ? 255 : 1;
        float[] expected = Softmax(1 * scale, 0.2 * scale, 0);
        ((ClassificationPrediction)scored.Prediction).Probabilities.Zip(expected).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 1e-3);
    }

    private static byte[] Picture()
    {
        using SKBitmap bitmap = new(16, 16);
        bitmap.Erase(new SKColor(255, 51, 0));
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static float[] Softmax(params double[] logits)
    {
        double[] powers = [.. logits.Select(logit => Math.Exp(logit - logits.Max()))];
        return [.. powers.Select(power => (float)(power / powers.Sum()))];
    }
}
