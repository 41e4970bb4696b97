using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Tests.Truths;

public sealed class TruthTests
{
    [Fact]
    public void ToJson_Classification_IsCompactAndReadBack()
    {
        string json = new ClassificationTruth(7).ToJson();
        json.ShouldBe("""{"task":"classification","class":7}""");
        Truth.FromJson(json).ShouldBe(new ClassificationTruth(7));
    }

    [Fact]
    public void ToJson_Detection_IsCompactAndReadBack()
    {
        DetectionTruth truth = new([new(1, new(1.5, 2, 30, 40), 700.25), new(0, new(0, 0, 10, 10), 100, true)]);
        string json = truth.ToJson();
        json.ShouldBe("""{"task":"detection","boxes":[[1,1.5,2,30,40,700.25],[0,0,0,10,10,100,1]]}""");
        ((DetectionTruth)Truth.FromJson(json)).Boxes.ShouldBe(truth.Boxes);
    }

    [Theory]
    [InlineData("""{"task":"detection","boxes":[[1,1e400,2,30,40,7]]}""", "non_finite_number")]
    [InlineData("""{"task":"detection","boxes":[[1,NaN,2,30,40,7]]}""", "invalid_json")]
    [InlineData("""{"task":"detection","boxes":[[1,"NaN",2,30,40,7]]}""", "invalid_json")]
    [InlineData("""{"task":"detection","boxes":[[1,0,2,-30,40,7]]}""", "invalid_box")]
    [InlineData("""{"task":"detection","boxes":[[1,0,2,30,40]]}""", "invalid_json")]
    [InlineData("""{"task":"detection","boxes":[[1,0,2,30,40,5,0,9]]}""", "invalid_json")]
    [InlineData("""{"task":"detection","boxes":[[-1,0,2,30,40,5]]}""", "class_index_out_of_range")]
    [InlineData("""{"task":"detection","boxes":[[1.5,0,2,30,40,5]]}""", "class_index_out_of_range")]
    [InlineData("""{"task":"classification","class":1,"class":2}""", "invalid_json")]
    [InlineData("""{"task":"classification"}""", "invalid_json")]
    [InlineData("""{"task":"nothing","class":2}""", "invalid_json")]
    [InlineData("""{"class":2}""", "invalid_json")]
    [InlineData("null", "invalid_json")]
    [InlineData("", "invalid_json")]
    public void FromJson_Wrong_IsRefusedWithItsCode(string json, string code) =>
        Should.Throw<VisionFormatException>(() => Truth.FromJson(json)).Code.ShouldBe(code);

    [Fact]
    public void ToJson_Infinite_IsRefused() =>
        Should.Throw<VisionFormatException>(() => new DetectionTruth([new(0, new(double.PositiveInfinity, 0, 1, 1), 1)]).ToJson()).Code.ShouldBe("non_finite_number");
}
