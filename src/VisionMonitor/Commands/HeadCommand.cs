using System.CommandLine;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Hosting;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Heads;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Commands;

/// <summary>A challenger in one command: a small head on the embeddings of the labelled images, registered as a version like any other.</summary>
internal static class HeadCommand
{
    private static readonly double[] Penalties = [1e-4, 1e-3, 1e-2, 1e-1, 1];

    private static readonly Option<string> _project = new("--project") { Description = "Slug or number of a classification project.", HelpName = "P", Required = true };
    private static readonly Option<string> _embedder = new("--embedder") { Description = "A version of the project that gives embeddings (its number or name), or an ONNX file such as DINOv2.", HelpName = "E", Required = true };
    private static readonly Option<string> _kind = new("--kind") { Description = "logistic: multinomial logistic regression. neighbours: votes of the nearest labelled images.", HelpName = "logistic|neighbours", DefaultValueFactory = _ => "logistic" };
    private static readonly Option<int> _neighbours = new("--neighbours") { Description = "How many images vote.", HelpName = "K", DefaultValueFactory = _ => 5 };
    private static readonly Option<string> _weights = new("--class-weights") { Description = "balanced: every class weighs the same. none: every image does.", HelpName = "balanced|none", DefaultValueFactory = _ => "balanced" };
    private static readonly Option<int> _folds = new("--folds") { Description = "Folds of the cross-validation.", HelpName = "N", DefaultValueFactory = _ => 5 };
    private static readonly Option<int> _seed = new("--seed") { Description = "Deals the images out over the folds.", HelpName = "S", DefaultValueFactory = _ => 1 };
    private static readonly Option<string?> _name = new("--name") { Description = "The new version's name. [default: the embedder's with +logistic]", HelpName = "NAME" };
    private static readonly Option<FileInfo?> _output = new("--output") { Description = "Also write the ONNX file here, and its contract beside it.", HelpName = "FILE" };
    private static readonly Option<bool> _keep = new("--no-register") { Description = "Fit and report only." };

    public static Command Create()
    {
        _kind.AcceptOnlyFromAmong("logistic", "neighbours");
        _weights.AcceptOnlyFromAmong("balanced", "none");
        Command fit = CommonOptions.AddTo(
            new Command("fit", "Fit a head on the embeddings of a project's labelled images, cross-validate it, and register backbone and head as one new version; it is then rescored and compared like any other.")
            {
                _project, _embedder, _kind, _neighbours, _weights, _folds, _seed, _name, _output, _keep,
            },
            listens: false);
        fit.SetAction(RunAsync);
        return new Command("head", "Make a challenger of a backbone and the labels that are there.") { fit };
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using IHost host = Door.BuildWorker(CommonOptions.Given(parsed));
        try
        {
            await host.Services.GetRequiredService<DatabaseStart>().MigrateAsync(cancellationToken);
            await using MonitoringDbContext db = await host.Services.GetRequiredService<IDbContextFactory<MonitoringDbContext>>().CreateDbContextAsync(cancellationToken);
            BlobStore blobs = host.Services.GetRequiredService<BlobStore>();
            string asked = parsed.GetRequiredValue(_project);
            long number = long.TryParse(asked, CultureInfo.InvariantCulture, out long id) ? id : 0;
            Project project = await db.Projects.AsNoTracking().FirstOrDefaultAsync(one => one.Slug == asked || one.Id == number, cancellationToken)
                ?? throw new IngestException("project_not_found", $"There is no project '{asked}'.");
            if (project.Task != VisionTask.Classification)
            {
                throw new IngestException("task_mismatch", $"A head tells classes apart; '{project.Slug}' does {project.Task}.");
            }

            HeadMaterial material = await HeadMaterial.LoadAsync(db, blobs, project, parsed.GetRequiredValue(_embedder), cancellationToken);
            IHead head = Fit(parsed, project, material.Vectors);
            return await FinishAsync(parsed, host, project, material, head, cancellationToken);
        }
        catch (Exception refusal) when (refusal is IngestException or ModelContractException or ModelAdmissionException or ImageFormatException)
        {
            await Console.Error.WriteLineAsync($"visionmonitor: {refusal.Message}");
            return 2;
        }
    }

    private static IHead Fit(ParseResult parsed, Project project, LabelledVectors vectors)
    {
        int[] counts = vectors.Counts();
        int folds = Math.Clamp(parsed.GetValue(_folds), 2, vectors.Count);
        Console.WriteLine($"{vectors.Count} labelled images, {vectors.Dimension} numbers each: {string.Join(", ", project.ClassNames.Zip(counts, (name, count) => $"{name} {count}"))}");
        foreach ((int index, int count) in counts.Index().Where(pair => pair.Item == 0))
        {
            Console.WriteLine($"warning: '{project.ClassNames[index]}' has no labelled image and will not be predicted");
        }

        int seed = parsed.GetValue(_seed);
        if (parsed.GetRequiredValue(_kind) == "neighbours")
        {
            int k = Math.Clamp(parsed.GetValue(_neighbours), 1, vectors.Count);
            Report($"{k} nearest neighbours", HeadTrial.Run(vectors, folds, seed, part => new NeighbourHead(part, k)), folds);
            return new NeighbourHead(vectors, k);
        }

        bool isBalanced = parsed.GetRequiredValue(_weights) == "balanced";
        (double penalty, HeadTrial trial) = Penalties.Select(one => (Penalty: one, Trial: HeadTrial.Run(vectors, folds, seed, part => MultinomialLogistic.Fit(part, one, isBalanced)))).MinBy(pair => pair.Trial.LogLoss);
        double temperature = trial.BestTemperature(vectors);
        Report($"logistic, penalty {penalty:g}", trial, folds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"calibrated at temperature {temperature:0.###}: log loss {trial.LogLoss:0.####} → {trial.AtTemperature(vectors, temperature).LogLoss:0.####}"));
        return MultinomialLogistic.Fit(vectors, penalty, isBalanced).AtTemperature(temperature);
    }

    private static void Report(string what, HeadTrial trial, int folds) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what}: {folds}-fold cross-validated accuracy {trial.Accuracy:0.0000} (95 % {trial.AccuracyInterval.Low:0.0000} to {trial.AccuracyInterval.High:0.0000}), balanced {trial.BalancedAccuracy:0.0000}, log loss {trial.LogLoss:0.####}"));

    private static async Task<int> FinishAsync(ParseResult parsed, IHost host, Project project, HeadMaterial material, IHead head, CancellationToken cancellationToken)
    {
        byte[] merged = HeadGraph.Append(material.Backbone, material.Contract.EmbeddingOutput!, material.AxisCount, head);
        ModelContract contract = material.Contract with
        {
            Family = "classifier",
            Task = VisionTask.Classification,
            Classes = project.ClassNames,
            Outputs = [HeadGraph.Output],
            Thresholds = new(),
            Sha256 = null,
        };
        string path = parsed.GetValue(_output)?.FullName ?? Path.Combine(Path.GetTempPath(), $"visionmonitor-{Guid.NewGuid():N}.onnx");
        try
        {
            await File.WriteAllBytesAsync(path, merged, cancellationToken);
            await material.CheckAsync(path, contract, head, cancellationToken);
            if (parsed.GetValue(_output) is not null)
            {
                contract.Write(Path.ChangeExtension(path, ".json"));
                Console.WriteLine($"written: {path} and its contract");
            }

            if (parsed.GetValue(_keep))
            {
                return 0;
            }

            AdmissionReport report = await ThisProgram.Admission().InspectAsync(path, cancellationToken);
            if (!report.IsAccepted)
            {
                throw new IngestException(report.Code!, report.Sentence!);
            }

            string name = parsed.GetValue(_name) ?? $"{material.Name}+{parsed.GetRequiredValue(_kind)}";
            ModelVersion version = await host.Services.GetRequiredService<ModelRegistry>().RegisterAsync(project.Id, name, merged, contract with { Runtime = report.Runtime }, cancellationToken);
            Console.WriteLine($"registered as v{version.Number} '{version.Name}' of {project.Slug}: the next run rescores it on the same images as the others; see Compare versions");
            return 0;
        }
        finally
        {
            if (parsed.GetValue(_output) is null)
            {
                File.Delete(path);
            }
        }
    }
}
