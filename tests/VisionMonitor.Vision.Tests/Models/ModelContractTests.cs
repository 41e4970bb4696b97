using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Vision.Tests.Models;

public sealed class ModelContractTests
{
    private const string Json = """
        {
          "family": "classifier",
          "task": "Classification",
          "classes": ["box", "tube"],
          "input": { "name": "images", "width": 224, "height": 192, "resize": "CentreCrop", "shorterSide": 256, "mean": [0.5], "kernel": "BicubicAntialiased" },
          "outputs": ["logits"],
          "embeddingOutput": "features",
          "trainedBy": "us"
        }
        """;

    [Fact]
    public void Parse_Contract_GivesItsValuesAndDefaults()
    {
        ModelContract contract = ModelContract.Parse(Json);
        contract.Task.ShouldBe(VisionTask.Classification);
        (contract.Input.Width, contract.Input.Height, contract.Input.ShorterSide).ShouldBe((224, 192, 256));
        (contract.Input.Resize, contract.Input.Kernel, contract.Input.Colours, contract.Input.Layout)
            .ShouldBe((ResizeKind.CentreCrop, ResizeKernel.BicubicAntialiased, ColourOrder.Rgb, TensorLayout.Nchw));
        contract.Input.Scale.ShouldBe(1.0 / 255);
        contract.EmbeddingOutput.ShouldBe("features");
        (contract.Thresholds.Confidence, contract.Thresholds.Overlap).ShouldBe((0.25, 0.45));
    }

    [Fact]
    public void Write_ThenRead_KeepsEverythingAndUnknownKeys()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("contract").FullName, "model.json");
        ModelContract contract = ModelContract.Parse(Json) with { Sha256 = "ab" };
        contract.Write(path);
        ModelContract read = ModelContract.Read(path);
        read.ToJson().ShouldBe(contract.ToJson());
        read.Others!["trainedBy"].GetString().ShouldBe("us");
        Directory.GetFiles(Path.GetDirectoryName(path)!).Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("\"width\": 224", "\"width\": 0", "input.width")]
    [InlineData("\"mean\": [0.5]", "\"mean\": [0.5, 0.5]", "input.mean")]
    [InlineData("\"mean\": [0.5]", "\"deviation\": [0]", "input.deviation")]
    [InlineData("\"family\": \"classifier\",", "", "family")]
    [InlineData("\"CentreCrop\"", "\"Squash\"", "resize")]
    [InlineData("\"classes\"", "\"family\": \"x\", \"classes\"", "family")]
    [InlineData("}", "", "JSON")]
    public void Parse_Wrong_NamesTheFileAndTheField(string right, string wrong, string field)
    {
        ModelContractException refusal = Should.Throw<ModelContractException>(() => ModelContract.Parse(Json.Replace(right, wrong, StringComparison.Ordinal), "model.json"));
        refusal.Message.ShouldStartWith("model.json: ");
        refusal.Message.ShouldContain(field);
    }

    [Fact]
    public void Read_MissingFile_IsRefused() =>
        Should.Throw<ModelContractException>(() => ModelContract.Read(Path.Combine(Path.GetTempPath(), "no-such-contract.json"))).File.ShouldBe("no-such-contract.json");
}
