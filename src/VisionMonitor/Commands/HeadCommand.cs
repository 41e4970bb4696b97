using System.CommandLine;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Hosting;
using VisionMonitor.Monitoring.Heads;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Commands;

/// <summary>A challenger in one command: a small head on the embeddings of the labelled images, registered as a version like any other.</summary>
internal static class HeadCommand
{
    private static readonly Option<string> _project = new("--project") { Description = "Slug or number of a classification project.", HelpName = "P", Required = true };
    private static readonly Option<string> _embedder = new("--embedder") { Description = "A version of the project that gives embeddings (its number or name), or an ONNX file such as DINOv2.", HelpName = "E", Required = true };
    private static readonly Option<string> _kind = new("--kind") { Description = "logistic: multinomial logistic regression. neighbours: votes of the nearest labelled images.", HelpName = "logistic|neighbours", DefaultValueFactory = _ => HeadOrder.Logistic };
    private static readonly Option<int> _neighbours = new("--neighbours") { Description = "How many images vote.", HelpName = "K", DefaultValueFactory = _ => 5 };
    private static readonly Option<string> _weights = new("--class-weights") { Description = "balanced: every class weighs the same. none: every image does.", HelpName = "balanced|none", DefaultValueFactory = _ => "balanced" };
    private static readonly Option<int> _folds = new("--folds") { Description = "Folds of the cross-validation.", HelpName = "N", DefaultValueFactory = _ => 5 };
    private static readonly Option<int> _seed = new("--seed") { Description = "Deals the images out over the folds.", HelpName = "S", DefaultValueFactory = _ => 1 };
    private static readonly Option<string?> _name = new("--name") { Description = "The new version's name. [default: the embedder's with +logistic]", HelpName = "NAME" };
    private static readonly Option<FileInfo?> _output = new("--output") { Description = "Also write the ONNX file here, and its contract beside it.", HelpName = "FILE" };
    private static readonly Option<bool> _keep = new("--no-register") { Description = "Fit and report only." };

    public static Command Create()
    {
        _kind.AcceptOnlyFromAmong(HeadOrder.Logistic, HeadOrder.Neighbours);
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
            Backbone backbone = await BackboneAsync(db, blobs, project, parsed.GetRequiredValue(_embedder), host.Services.GetRequiredService<ModelAdmission>(), cancellationToken);
            HeadMaterial material = await HeadMaterial.LoadAsync(db, blobs, project, backbone, cancellationToken);
            HeadOrder order = OrderOf(parsed);
            FittedHead fitted = FittedHead.Fit(material.Vectors, order);
            Tell(project, material, fitted);
            await FinishAsync(parsed, host.Services.GetRequiredService<HeadFitting>(), project, material, fitted, order, cancellationToken);
            return 0;
        }
        catch (Exception refusal) when (refusal is IngestException or ModelContractException or ModelAdmissionException or ImageFormatException)
        {
            await Console.Error.WriteLineAsync($"visionmonitor: {refusal.Message}");
            return 2;
        }
    }

    private static HeadOrder OrderOf(ParseResult parsed) => new()
    {
        Kind = parsed.GetRequiredValue(_kind),
        NeighbourCount = parsed.GetValue(_neighbours),
        IsBalanced = parsed.GetRequiredValue(_weights) == "balanced",
        FoldCount = parsed.GetValue(_folds),
        Seed = parsed.GetValue(_seed),
        Name = parsed.GetValue(_name),
    };

    /// <summary>A version of the project by its number or name, or else a file.</summary>
    private static async Task<Backbone> BackboneAsync(MonitoringDbContext db, BlobStore blobs, Project project, string embedder, ModelAdmission admission, CancellationToken cancellationToken)
    {
        if (File.Exists(embedder))
        {
            FileInfo file = new(Path.GetFullPath(embedder));
            ModelContract contract = await PredictCommand.ContractAsync(file, null, null, PartOptions.Read(null), cancellationToken);
            return await Backbone.OfAsync(Path.GetFileNameWithoutExtension(file.Name), file.FullName, contract, null, admission, cancellationToken);
        }

        int number = int.TryParse(embedder.TrimStart('v'), CultureInfo.InvariantCulture, out int parsed) ? parsed : -1;
        ModelVersion version = await db.ModelVersions.AsNoTracking().Where(one => one.ProjectId == project.Id && (one.Number == number || one.Name == embedder)).OrderByDescending(one => one.Number).FirstOrDefaultAsync(cancellationToken)
            ?? throw new IngestException("version_not_found", $"There is neither a file '{embedder}' nor such a version of '{project.Slug}'.");
        return await Backbone.OfAsync(version, blobs, admission, cancellationToken);
    }

    private static void Tell(Project project, HeadMaterial material, FittedHead fitted)
    {
        int[] counts = material.Vectors.Counts();
        Console.WriteLine($"embeddings: {material.StoredCount} stored, {material.Vectors.Count - material.StoredCount} made now");
        Console.WriteLine($"{material.Vectors.Count} labelled images, {material.Vectors.Dimension} numbers each: {string.Join(", ", project.ClassNames.Zip(counts, (name, count) => $"{name} {count}"))}");
        foreach ((int index, int count) in counts.Index().Where(pair => pair.Item == 0))
        {
            Console.WriteLine($"warning: '{project.ClassNames[index]}' has no labelled image and will not be predicted");
        }

        Console.WriteLine(fitted.Sentence);
        if (fitted.Calibrated is (double temperature, double before, double after))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"calibrated at temperature {temperature:0.###}: log loss {before:0.####} → {after:0.####}"));
        }
    }

    private static async Task FinishAsync(ParseResult parsed, HeadFitting fitting, Project project, HeadMaterial material, FittedHead fitted, HeadOrder order, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_output) is { } output)
        {
            (byte[] onnx, ModelContract contract) = await fitted.MergeAsync(material.Backbone, project.ClassNames, cancellationToken);
            await File.WriteAllBytesAsync(output.FullName, onnx, cancellationToken);
            float difference = await material.CheckAsync(output.FullName, contract, fitted.Head, cancellationToken);
            contract.Write(Path.ChangeExtension(output.FullName, ".json"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"written: {output.FullName} and its contract; it answers like the head on {material.ComparedCount} images, within {difference:g2}"));
        }

        if (!parsed.GetValue(_keep))
        {
            ModelVersion version = await fitting.RegisterAsync(project, material, fitted, order, cancellationToken);
            Console.WriteLine($"registered as v{version.Number} '{version.Name}' of {project.Slug}: the next run rescores it on the same images as the others; see Compare versions");
        }
    }
}
