using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Tests.Predictions;

public sealed class PredictionTests
{
    [Fact]
    public void ToJson_Classification_IsCompactAndReadBack()
    {
        ClassificationPrediction prediction = new([0.125f, 0.7f, 0.175f]);
        string json = prediction.ToJson();
        json.ShouldBe("""{"task":"classification","probabilities":[0.125,0.7,0.175]}""");
        ClassificationPrediction read = (ClassificationPrediction)Prediction.FromJson(json);
        read.Probabilities.ShouldBe(prediction.Probabilities);
        read.TopClassIndex.ShouldBe(1);
    }

    [Fact]
    public void ToJson_Detection_IsCompactAndReadBack()
    {
        DetectionPrediction prediction = new([new(2, new(10.5, 20, 30, 40.125), 0.875)]);
        string json = prediction.ToJson();
        json.ShouldBe("""{"task":"detection","boxes":[[2,10.5,20,30,40.125,0.875]]}""");
        ((DetectionPrediction)Prediction.FromJson(json)).Boxes.ShouldBe(prediction.Boxes);
    }

    [Theory]
    [InlineData("""{"task":"classification","probabilities":[1e39]}""", "non_finite_number")]
    [InlineData("""{"task":"detection","boxes":[[1,1,2,30,40,1.5]]}""", "score_out_of_range")]
    [InlineData("""{"task":"detection","boxes":null}""", "invalid_json")]
    [InlineData("""{"task":"detection","boxes":[],"boxes":[]}""", "invalid_json")]
    public void FromJson_Wrong_IsRefusedWithItsCode(string json, string code) =>
        Should.Throw<VisionFormatException>(() => Prediction.FromJson(json)).Code.ShouldBe(code);

    [Fact]
    public void ToJson_NotANumber_IsRefused() =>
        Should.Throw<VisionFormatException>(() => new ClassificationPrediction([float.NaN]).ToJson()).Code.ShouldBe("non_finite_number");
}
