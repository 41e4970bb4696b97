namespace VisionMonitor.Tests.Commands;

public sealed class LabelsCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("visionmonitor-labels-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A format that is one file can be told a folder: the file lies in it, and the command says where.</summary>
    [Fact]
    public async Task Convert_IntoAFolder_WritesTheFormatsOwnFileThere()
    {
        string labels = Path.Combine(_folder, "labels.csv"), output = Path.Combine(_folder, "out"), written = Path.Combine(output, "annotations.json");
        await File.WriteAllTextAsync(labels, "image,width,height,class,xmin,ymin,xmax,ymax,score\na.jpg,100,80,box,10,10,30,40,0.5\n", TestContext.Current.CancellationToken);

        EvalRun converted = await EvalRun.Of("labels", "convert", "--to", "coco", labels, output);

        converted.Code.ShouldBe(0, converted.Complained);
        converted.Said.ShouldContain("the column 'score' is not read");
        converted.Said.ShouldContain($"written as coco: {written}");
        EvalRun check = await EvalRun.Of("labels", "check", written);
        check.Code.ShouldBe(0, check.Complained);
        check.Said.ShouldContain("1 images, 1 classes, 1 rows in, 0 left out");
    }
}
