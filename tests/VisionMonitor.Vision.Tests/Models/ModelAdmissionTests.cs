using VisionMonitor.Testing;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;

namespace VisionMonitor.Vision.Tests.Models;

public sealed class ModelAdmissionTests
{
    private static ModelAdmission Admission { get; } = ModelAdmission.ByThisProgram(["models", "inspect-child"]);

    /// <summary>For the one model that never ends: no need to wait for the product's 30 s.</summary>
    private static ModelAdmission Impatient { get; } = ModelAdmission.ByThisProgram(["models", "inspect-child"], new() { RunTimeout = TimeSpan.FromSeconds(2) });

    [Fact]
    public async Task InspectAsync_HostileFiles_GetTheirVerdicts()
    {
        List<string> wrong = [];
        foreach (HostileFile file in HostileFile.All("onnx/"))
        {
            ModelAdmission admission = file.Code == "inference_timeout" ? Impatient : Admission;
            AdmissionReport report = await admission.InspectAsync(file.FullPath, TestContext.Current.CancellationToken);
            bool isRight = file.Verdict switch
            {
                "reject" => report.Code == file.Code,
                "accept_warn" => report.IsAccepted && report.Warnings.Contains(file.Code),
                _ => report.IsAccepted && !report.Warnings.Contains("non_finite_output"),
            };
            if (!isRight)
            {
                wrong.Add($"{file.Path}: expected {file.Verdict} {file.Code}, got {report.Code} {report.Sentence} {string.Join(' ', report.Warnings)}");
            }

            report.ToLine().ShouldNotContain("root:x:0:0");
        }

        wrong.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("empty.onnx", "empty_file")]
    [InlineData("truncated_yolox_nano.onnx", "invalid_model")]
    public async Task InspectAsync_DamagedRealFiles_AreRefused(string name, string code)
    {
        AdmissionReport report = await Admission.InspectAsync(SharedFolder.Require("real", "models", "negative", name), TestContext.Current.CancellationToken);
        report.Code.ShouldBe(code);
        report.Sentence.ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n", "not_a_model", "Git LFS")]
    [InlineData("\n<!DOCTYPE html><html></html>", "not_a_model", "web page")]
    [InlineData("PK\u0003\u0004 archive", "not_a_model", "archive")]
    [InlineData("no model at all, only text", "invalid_model", "complete ONNX model")]
    public async Task InspectAsync_OtherFiles_AreRefusedWithAHint(string content, string code, string hint)
    {
        string path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, content, TestContext.Current.CancellationToken);
        AdmissionReport report = await Admission.InspectAsync(path, TestContext.Current.CancellationToken);
        report.Code.ShouldBe(code);
        report.Sentence!.ShouldContain(hint);
    }

    [Theory]
    [InlineData("""{ "family": "tesseract", "task": "Text", "tesseract": { "languages": ["../x"] } }""", "invalid_contract", "tesseract.languages")]
    [InlineData("""{ "message": "Not Found" }""", "not_a_model", "JSON")]
    public async Task InspectAsync_Json_IsAContractOrNoModel(string content, string code, string hint)
    {
        string path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, content, TestContext.Current.CancellationToken);

        AdmissionReport report = await Admission.InspectAsync(path, TestContext.Current.CancellationToken);

        (report.Code, report.Sentence!.Contains(hint, StringComparison.Ordinal)).ShouldBe((code, true), report.Sentence);
    }

    [Theory]
    [InlineData("1F8B0800", "compressed")]
    [InlineData("894844460D0A1A0A", "Keras")]
    [InlineData("1C00000054464C3300", "TensorFlow Lite")]
    [InlineData("100000004F52544D00", "ONNX Runtime")]
    [InlineData("14000000000000007B2261223A7B7D7D", "safetensors")]
    [InlineData("800495", "PyTorch")]
    [InlineData("207B226572726F72223A317D", "JSON")]
    public void Parse_WhatIsMistakenForAModel_IsCalledByItsName(string hex, string hint)
    {
        ModelAdmissionException refusal = Should.Throw<ModelAdmissionException>(() => OnnxFile.Parse(Convert.FromHexString(hex)));

        refusal.Code.ShouldBe("not_a_model");
        refusal.Message.ShouldContain(hint);
    }

    [Fact]
    public async Task InspectAsync_RealDetector_GuessesItsContract()
    {
        string path = SharedFolder.Require("real", "models", "trained", "yolov8n_int8_a.onnx");
        AdmissionReport report = await Admission.InspectAsync(path, TestContext.Current.CancellationToken);
        report.Code.ShouldBeNull();
        report.Sha256.ShouldBe("83de8f0d2cd521e00ae2b138c340a03dece35b060b3898509bdc69afff417312");
        ModelContract contract = report.Guess!.Contract;
        (contract.Family, contract.Task).ShouldBe(("yolo-detection", VisionTask.Detection));
        (contract.Input.Width, contract.Input.Height, contract.Input.Resize).ShouldBe((640, 640, ResizeKind.LetterboxCentred));
        contract.Classes.Count.ShouldBe(80);
        (contract.Classes[0], contract.Classes[79]).ShouldBe(("person", "toothbrush"));
        report.Guess.Assumptions.ShouldBeEmpty();
        report.Runtime!.ShouldStartWith("onnxruntime 1.");
    }

    [Fact]
    public async Task InspectAsync_ProcessThatNeverAnswers_EndsAtTheDeadline()
    {
        ModelAdmission admission = ModelAdmission.ByThisProgram(["models", "inspect-hang"], new() { LoadTimeout = TimeSpan.FromSeconds(1) });
        AdmissionReport report = await admission.InspectAsync("any.onnx", TestContext.Current.CancellationToken);
        report.Code.ShouldBe("load_timeout");
    }

    /// <summary>The limits are of the processor's time: a model is not refused, and in the end quarantined, because the machine has other work.</summary>
    [Fact]
    public async Task InspectAsync_ProcessThatWaitsForItsTurn_IsHeard()
    {
        ModelAdmission admission = ModelAdmission.ByThisProgram(["models", "inspect-late"], new() { LoadTimeout = TimeSpan.FromSeconds(5) });
        AdmissionReport report = await admission.InspectAsync(SharedFolder.InRepository("models", "parcel-classifier-v1.onnx"), TestContext.Current.CancellationToken);
        report.Code.ShouldBeNull();
    }

    [Fact]
    public async Task InspectAsync_ProcessThatDiedThreeTimes_IsNotOpenedAgain()
    {
        string folder = Directory.CreateTempSubdirectory("quarantine").FullName;
        string path = Path.Combine(folder, "deadly.onnx");
        await File.WriteAllTextAsync(path, "deadly", TestContext.Current.CancellationToken);
        ModelAdmission admission = ModelAdmission.ByThisProgram(["models", "inspect-die"], quarantine: new(Path.Combine(folder, "quarantine")));
        List<string?> codes = [];
        for (int attempt = 0; attempt < 4; attempt++)
        {
            codes.Add((await admission.InspectAsync(path, TestContext.Current.CancellationToken)).Code);
        }

        codes.ShouldBe(["invalid_model", "invalid_model", "invalid_model", "quarantined"]);

        // Another file is not held for it, and a refusal in good order is no death.
        string other = SharedFolder.Require("real", "models", "negative", "empty.onnx");
        ModelAdmission orderly = ModelAdmission.ByThisProgram(["models", "inspect-child"], quarantine: new(Path.Combine(folder, "quarantine")));
        for (int attempt = 0; attempt < 4; attempt++)
        {
            (await orderly.InspectAsync(other, TestContext.Current.CancellationToken)).Code.ShouldBe("empty_file");
        }
    }

    [Fact]
    public async Task InspectAsync_TooMuchMemory_EndsTheProcess()
    {
        ModelAdmission admission = ModelAdmission.ByThisProgram(["models", "inspect-child"], new() { MaxMemoryBytes = 1024 * 1024 });
        AdmissionReport report = await admission.InspectAsync(SharedFolder.Require("hostile", "onnx", "long_loop.onnx"), TestContext.Current.CancellationToken);
        report.Code.ShouldBe("inference_out_of_memory");
    }
}
