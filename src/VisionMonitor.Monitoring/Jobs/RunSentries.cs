using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Looks at a finished run for what throws nothing and yet is wrong: a damaged export, a head that always says the same, classes in another order.</summary>
internal static class RunSentries
{
    private const int MostLabels = 500;
    private const int MostAnswers = 1000;

    /// <summary>A sentence per finding, a line each; null where nothing is suspicious.</summary>
    public static async Task<string?> JudgeAsync(MonitoringDbContext context, RunMaterial material, CancellationToken cancellationToken)
    {
        IReadOnlyList<double>? expected = await BaselineSharesAsync(context, material, cancellationToken);
        List<string> findings = [];
        foreach (long version in material.Run.ModelVersionIds)
        {
            Rescore[] rescores = [.. material.RescoresByVersion[version].OrderBy(rescore => rescore.ImageId).Take(MostAnswers)];
            string[] sentences = [.. SentencesOf(rescores, material.Project.ClassNames, expected)];
            if (sentences.Length > 0)
            {
                int number = await context.ModelVersions.Where(one => one.Id == version).Select(one => one.Number).SingleAsync(cancellationToken);
                findings.AddRange(sentences.Select(sentence => $"v{number}: {sentence}"));
            }
        }

        return findings.Count == 0 ? null : string.Join('\n', findings);
    }

    /// <summary>What is suspicious about one version's answers.</summary>
    public static IEnumerable<string> SentencesOf(IReadOnlyList<Rescore> rescores, IReadOnlyList<string> classNames, IReadOnlyList<double>? expected)
    {
        (string code, int count) = rescores.Where(rescore => rescore.Failure is not null).GroupBy(rescore => rescore.Failure!.Split(':')[0])
            .Select(group => (group.Key, group.Count())).OrderByDescending(pair => pair.Item2).FirstOrDefault(("", 0));
        if (rescores.Count > 0 && count * 2 >= rescores.Count)
        {
            yield return code == "non_finite_output"
                ? $"{count} of {rescores.Count} images were answered with numbers that are not finite (non_finite_output)."
                : $"{count} of {rescores.Count} images could not be scored ({code}).";
        }

        Prediction[] answers = [.. rescores.Where(rescore => rescore.Prediction is not null).Select(rescore => Prediction.FromJson(rescore.Prediction!)).Where(answer => answer is ClassificationPrediction or DetectionPrediction or InstancePrediction)];
        foreach ((string found, string sentence) in PredictionSentries.Judge(answers, classNames, expected))
        {
            yield return $"{sentence.TrimEnd('.')} ({found}).";
        }
    }

    /// <summary>How often each class is true in the baseline; null where there is none, or nothing in it is labelled.</summary>
    private static async Task<double[]?> BaselineSharesAsync(MonitoringDbContext context, RunMaterial material, CancellationToken cancellationToken)
    {
        if (material.Run.BaselineId is not { } baseline || material.Project.Task is not (VisionTask.Classification or VisionTask.Detection or VisionTask.InstanceSegmentation))
        {
            return null;
        }

        List<string> truths = await context.ImageSetMembers.Where(member => member.ImageSetId == baseline)
            .Join(context.Images, member => member.ImageId, image => image.Id, (member, image) => image)
            .Join(context.Labels, image => new { ImageId = image.Id, Revision = image.LabelRevision }, label => new { label.ImageId, label.Revision }, (image, label) => label)
            .OrderBy(label => label.ImageId).Take(MostLabels).Select(label => label.Truth).ToListAsync(cancellationToken);
        double[] shares = new double[material.Project.ClassNames.Count];
        int total = 0;
        foreach (int index in truths.SelectMany(truth => ClassesOf(Truth.FromJson(truth))).Where(index => index < shares.Length))
        {
            shares[index]++;
            total++;
        }

        return total == 0 ? null : [.. shares.Select(share => share / total)];
    }

    private static IEnumerable<int> ClassesOf(Truth truth) => truth switch
    {
        ClassificationTruth one => [one.ClassIndex],
        DetectionTruth { Boxes: var boxes } => boxes.Select(box => box.ClassIndex),
        InstanceTruth { Instances: var instances } => instances.Select(instance => instance.Box.ClassIndex),
        _ => [],
    };
}
