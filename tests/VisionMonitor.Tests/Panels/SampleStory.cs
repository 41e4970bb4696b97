using Microsoft.EntityFrameworkCore;
using SkiaSharp;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Tests.Panels;

/// <summary>
/// Two projects with a month of invented numbers: a detector whose lens smears until v2 is deployed, and a healthy
/// classifier. Only the shape matters; nothing here is a result.
/// </summary>
internal static class SampleStory
{
    public static readonly DateTimeOffset End = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private static readonly string[] Parts = ["box", "bag", "letter", "tube", "tyre", "damaged"];
    private static readonly string[] Labels = ["box", "bag", "envelope", "barrel"];

    public static async Task FillAsync(MonitoringDbContext db, BlobStore blobs, CancellationToken cancellationToken, DateTimeOffset? end = null)
    {
        // Keys are given here, so that thousands of rows are written at once and tests may name them.
        DateTimeOffset now = end ?? End;
        Project detector = new() { Slug = "parcel-detector", Name = "Parcel detector", Task = VisionTask.Detection, ClassNames = [.. Parts], TimeZone = "Europe/Berlin", IsDemo = true, CreatedAt = now.AddDays(-40) };
        Project sorter = new() { Slug = "parcel-sorter", Name = "Parcel sorter", Task = VisionTask.Classification, ClassNames = [.. Labels], TimeZone = "Europe/Berlin", IsDemo = true, CreatedAt = now.AddDays(-40) };
        Project empty = new() { Slug = "label-reader", Name = "Label reader", Task = VisionTask.Text, ClassNames = [], TimeZone = "Etc/UTC", CreatedAt = now.AddDays(-1) };
        db.AddRange(detector, sorter, empty);
        await db.SaveChangesAsync(cancellationToken);
        await FillProjectAsync(db, blobs, detector, now, falls: true, cancellationToken);
        await FillProjectAsync(db, blobs, sorter, now, falls: false, cancellationToken);
    }

    private static async Task FillProjectAsync(MonitoringDbContext db, BlobStore blobs, Project project, DateTimeOffset now, bool falls, CancellationToken cancellationToken)
    {
        ModelVersion[] versions = [.. Enumerable.Range(1, 2).Select(number => new ModelVersion
        {
            ProjectId = project.Id,
            Name = number == 1 ? "plain" : "augmented",
            Number = number,
            Sha256 = new string((char)('0' + number), 64),
            Contract = new ModelContract { Family = "yolo-detection", Task = project.Task, Classes = [.. project.ClassNames], Input = new() { Name = "images", Width = 256, Height = 256 } }.ToJson(),
            RegisteredAt = now.AddDays(number == 1 ? -39 : -12),
        })];
        db.AddRange(versions);
        ImageSet baseline = new() { ProjectId = project.Id, Name = "Baseline, day shift", Description = "COCO import: 400 images, 1 204 boxes, 0 dropped", CreatedAt = now.AddDays(-39) };
        db.Add(baseline);
        await db.SaveChangesAsync(cancellationToken);
        project.BaselineId = baseline.Id;
        db.AddRange(
            new Deployment { ProjectId = project.Id, ModelVersionId = versions[0].Id, DeployedAt = now.AddDays(-39) },
            new Deployment { ProjectId = project.Id, ModelVersionId = versions[1].Id, DeployedAt = now.AddDays(-7), Note = "trained with augmentation" });
        Schedule schedule = new() { ProjectId = project.Id, Name = "Every eight hours", Cron = "0 */8 * * *", TimeZone = project.TimeZone, Window = TimeSpan.FromHours(8), SampleSize = 48, PlannedUntil = now.AddDays(1) };
        db.Add(schedule);
        await db.SaveChangesAsync(cancellationToken);
        await FillImagesAsync(db, blobs, project, versions, now, cancellationToken);
        await FillRunsAsync(db, project, versions, schedule, now, falls, cancellationToken);
        AlertRule rule = new()
        {
            ProjectId = project.Id,
            Name = falls ? "mAP falls" : "Accuracy falls",
            Metric = falls ? MetricNames.AveragePrecision : MetricNames.Accuracy,
            Threshold = falls ? 0.6 : 0.85,
            RecoveryThreshold = falls ? 0.65 : 0.88,
            PendingPeriod = TimeSpan.FromHours(16),
            RecoveryPeriod = TimeSpan.FromHours(16),
            MinimumCount = 20,
            CreatedAt = now.AddDays(-38),
        };
        db.Add(rule);
        await db.SaveChangesAsync(cancellationToken);
        if (falls)
        {
            await FillIncidentsAsync(db, project, versions, rule, now, cancellationToken);
        }
    }

    private static async Task FillRunsAsync(MonitoringDbContext db, Project project, ModelVersion[] versions, Schedule schedule, DateTimeOffset now, bool falls, CancellationToken cancellationToken)
    {
        Random random = new(7);
        double Noise(double size) => (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * size;
        long[] imageIds = await db.Images.Where(image => image.ProjectId == project.Id).OrderBy(image => image.Id).Select(image => image.Id).ToArrayAsync(cancellationToken);
        string headline = project.Task == VisionTask.Detection ? MetricNames.AveragePrecision : MetricNames.Accuracy;
        for (int step = 0; step < 96; step++)
        {
            DateTimeOffset at = now.AddHours(-8 * (95 - step));
            Run run = new()
            {
                Id = ((project.Id - 1) * 96) + step + 1,
                ProjectId = project.Id,
                ScheduleId = schedule.Id,
                Trigger = "schedule",
                State = RunState.Completed,
                WindowStart = at.AddHours(-8),
                WindowEnd = at,
                PopulationCount = 900 + random.Next(300),
                SampleCount = 48,
                ShardCount = 3,
                ModelVersionIds = [.. versions.Select(version => version.Id)],
                PlannedAt = at,
                StartedAt = at.AddSeconds(2),
                CompletedAt = at.AddSeconds(41),
                DeadlineAt = at.AddHours(2),
            };
            db.Add(run);
            db.Add(new ScheduleOccurrence { ScheduleId = schedule.Id, DueAt = at, RunId = run.Id });
            double smear = falls ? Math.Clamp((step - 50) / 24.0, 0, 1) : 0;
            for (int index = 0; index < 2; index++)
            {
                if (index == 1 && step < 60)
                {
                    continue;
                }

                double level = (falls ? 0.72 : 0.94) + (index * 0.02) - (smear * (index == 0 ? 0.24 : 0.05));
                bool unlabelled = step is 30 or 31;
                double? measured = unlabelled ? null : level + Noise(0.02);
                AddMetric(db, run, versions[index].Id, headline, -1, measured, 0.03, 48, unlabelled ? "no labels yet" : null);
                if (!falls && (unlabelled || step >= 90))
                {
                    AddEstimates(db, run, versions[index].Id, headline, measured, step);
                }

                AddMetric(db, run, versions[index].Id, MetricNames.LatencyTotal95, -1, 11 + (index * 3) + Noise(2), null, 48, null);
                AddMetric(db, run, versions[index].Id, MetricNames.MeanConfidence, -1, level + Noise(0.02), null, 48, null);
                for (int classIndex = 0; classIndex < project.ClassNames.Count; classIndex++)
                {
                    AddMetric(db, run, versions[index].Id, project.Task == VisionTask.Detection ? headline : MetricNames.F1, classIndex, level - (classIndex * 0.03) + Noise(0.03), 0.06, classIndex == 5 ? 4 : 31 - classIndex, null);
                    AddMetric(db, run, versions[index].Id, MetricNames.PredictedShare, classIndex, 1.0 / project.ClassNames.Count, null, 48, null);
                }

                double score = 0.4 + Noise(0.8) + (smear * 7);
                db.Add(new DriftCheck { RunId = run.Id, ModelVersionId = versions[index].Id, Score = score, Limit = 3.1, PValue = score > 3.1 ? 0.004 : 0.31, WindowCount = 48, BaselineCount = 400, State = score > 3.1 ? DriftState.Drifting : DriftState.Stable });
            }

            AddMetric(db, run, 0, MetricNames.Brightness, -1, 0.46 + (0.05 * Math.Sin(step * 2 * Math.PI / 3)) + Noise(0.01), null, 48, null);
            AddMetric(db, run, 0, MetricNames.Contrast, -1, 0.21 + Noise(0.01) - (smear * 0.03), null, 48, null);
            AddMetric(db, run, 0, MetricNames.Sharpness, -1, 0.118 + Noise(0.004) - (smear * 0.05), null, 48, null);
            AddMetric(db, run, 0, MetricNames.Saturation, -1, 0.33 + Noise(0.01), null, 48, null);
            AddMetric(db, run, 0, MetricNames.LabelledShare, -1, step is 30 or 31 ? 0 : 1, null, 48, null);
            for (int ordinal = 0; ordinal < 24; ordinal++)
            {
                db.Add(new RunImage { RunId = run.Id, ImageId = imageIds[(step + ordinal) % imageIds.Length], Ordinal = ordinal, InclusionProbability = 0.05 });
            }
        }

        await db.SaveChangesAsync(cancellationToken);
    }

    private static void AddMetric(MonitoringDbContext db, Run run, long versionId, string metric, int classIndex, double? value, double? half, long count, string? because) =>
        db.Add(new RunMetric { RunId = run.Id, ModelVersionId = versionId, Metric = metric, ClassIndex = classIndex, Value = value, Low = value - half, High = value + half, Count = count, UndefinedBecause = because });

    /// <summary>
    /// By a second look whenever there are estimates, a point too low; in the last run but one with a warning, in the last ten points too low. By agreement and by some labels where labels came;
    /// those of the last run have not all come.
    /// </summary>
    private static void AddEstimates(MonitoringDbContext db, Run run, long versionId, string metric, double? measured, int step)
    {
        double truth = measured ?? 0.94;
        Add(EstimateMethods.SecondLook, truth - (step == 95 ? 0.1 : 0.01), 48, step == 94 ? "The window leaves the calibrated region." : null);
        if (measured is not null)
        {
            Add(EstimateMethods.Agreement, truth + 0.02, 48, null);
            Add(EstimateMethods.Labels, truth + 0.005, step == 95 ? 60 : 48, null);
        }

        void Add(string method, double value, long count, string? distrust) =>
            db.Add(new QualityEstimate { RunId = run.Id, ModelVersionId = versionId, Metric = metric, Method = method, Value = value, Low = value - 0.04, High = value + 0.04, Count = count, ReferenceCount = 400, Distrust = distrust });
    }

    private static async Task FillImagesAsync(MonitoringDbContext db, BlobStore blobs, Project project, ModelVersion[] versions, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Random random = new(11);
        for (int index = 0; index < 120; index++)
        {
            TruthBox[] boxes = [.. Enumerable.Range(0, project.Task == VisionTask.Detection ? 1 + random.Next(4) : 1).Select(_ => new TruthBox(random.Next(project.ClassNames.Count), new BoundingBox(random.Next(150), 40 + random.Next(110), 40 + random.Next(60), 36 + random.Next(50))))];
            Image image = new()
            {
                Id = ((project.Id - 1) * 120) + index + 1,
                ProjectId = project.Id,
                ClientId = $"{project.Slug}-{index:0000}",
                Sha256 = await blobs.WriteAsync(Draw(boxes), cancellationToken),
                CapturedAt = now.AddHours(-index),
                ReceivedAt = now.AddHours(-index).AddSeconds(1),
                Camera = $"cam-{1 + (index % 4)}",
                WidthPixels = 256,
                HeightPixels = 256,
                ByteCount = 9_000,
                LabelRevision = 1,
                Brightness = 0.46,
                Contrast = 0.21,
                Sharpness = 0.1,
                Saturation = 0.3,
            };
            db.Add(image);
            Truth truth = project.Task == VisionTask.Detection ? new DetectionTruth(boxes) : new ClassificationTruth(boxes[0].ClassIndex);
            db.Add(new Label { ImageId = image.Id, Revision = 1, Truth = truth.ToJson(), Source = "sample story", CreatedAt = image.ReceivedAt });
            foreach (ModelVersion version in versions)
            {
                bool isWrong = random.NextDouble() < (version.Number == 1 ? 0.35 : 0.15);
                Prediction answer = Answer(project, boxes, isWrong, random);
                ImageEvidence evidence = TaskEvaluations.Find(project.Task)!.Compare(truth, answer, TaskSetup.Of(project));
                db.Add(new Rescore { ImageId = image.Id, ModelVersionId = version.Id, Prediction = answer.ToJson(), DecodeMilliseconds = 1.1, PrepareMilliseconds = 0.8, InferMilliseconds = 6.3, ReadMilliseconds = 0.4, ScoredAt = image.ReceivedAt });
                db.Add(new Evidence { ImageId = image.Id, ModelVersionId = version.Id, LabelRevision = 1, Content = evidence.Content, ImageScore = evidence.Score });
            }
        }

        await db.SaveChangesAsync(cancellationToken);
    }

    private static Prediction Answer(Project project, TruthBox[] boxes, bool isWrong, Random random)
    {
        if (project.Task == VisionTask.Detection)
        {
            PredictedBox[] found = [.. boxes.Skip(isWrong ? 1 : 0).Select(box => new PredictedBox(box.ClassIndex, new BoundingBox(box.Box.X + 2, box.Box.Y - 2, box.Box.Width, box.Box.Height + 3), 0.7 + (random.NextDouble() * 0.3)))];
            return new DetectionPrediction(isWrong ? [.. found, new PredictedBox(random.Next(project.ClassNames.Count), new BoundingBox(8, 8, 44, 30), 0.41)] : found);
        }

        int said = isWrong ? (boxes[0].ClassIndex + 1) % project.ClassNames.Count : boxes[0].ClassIndex;
        return new ClassificationPrediction([.. Enumerable.Range(0, project.ClassNames.Count).Select(index => index == said ? 0.82f : 0.18f / (project.ClassNames.Count - 1))]);
    }

    private static byte[] Draw(TruthBox[] boxes)
    {
        using SKBitmap bitmap = new(256, 256);
        using SKCanvas canvas = new(bitmap);
        canvas.Clear(new SKColor(66, 74, 84));
        using SKPaint paint = new() { Color = new SKColor(52, 58, 66) };
        canvas.DrawRect(0, 30, 256, 190, paint);
        foreach (TruthBox box in boxes)
        {
            paint.Color = SKColor.FromHsv(box.ClassIndex * 57, 45, 82);
            canvas.DrawRoundRect((float)box.Box.X, (float)box.Box.Y, (float)box.Box.Width, (float)box.Box.Height, 5, 5, paint);
        }

        return bitmap.Encode(SKEncodedImageFormat.Jpeg, 85).ToArray();
    }

    private static async Task FillIncidentsAsync(MonitoringDbContext db, Project project, ModelVersion[] versions, AlertRule rule, DateTimeOffset now, CancellationToken cancellationToken)
    {
        AlertRule drift = new() { ProjectId = project.Id, Name = "Embeddings drift", Metric = MetricNames.Drift, Direction = AlertDirection.Above, Threshold = 3.1, RecoveryThreshold = 2.5, Severity = "critical", MinimumCount = 20, CreatedAt = now.AddDays(-38) };
        db.Add(drift);
        await db.SaveChangesAsync(cancellationToken);
        Run worst = await db.Runs.Where(run => run.ProjectId == project.Id && run.WindowEnd <= now.AddDays(-7.3)).OrderByDescending(run => run.WindowEnd).FirstAsync(cancellationToken);
        db.AddRange(
            new Incident
            {
                ProjectId = project.Id,
                AlertRuleId = drift.Id,
                OpenRuleId = drift.Id,
                State = IncidentState.Firing,
                StartedAt = now.AddDays(-10),
                FiredAt = now.AddDays(-9.7),
                ModelVersionId = versions[0].Id,
                WorstRunId = worst.Id,
                WorstValue = 7.9,
                LatestValue = 7.3,
                Summary = "Drift score rose to 7.31, above its limit of 3.10 (n = 48), mostly camera 4; images are less sharp (0.118 to 0.068).",
            },
            new Incident
            {
                ProjectId = project.Id,
                AlertRuleId = rule.Id,
                State = IncidentState.Resolved,
                StartedAt = now.AddDays(-11),
                FiredAt = now.AddDays(-10.5),
                ResolvedAt = now.AddDays(-6.7),
                ModelVersionId = versions[0].Id,
                WorstRunId = worst.Id,
                WorstValue = 0.48,
                LatestValue = 0.69,
                Summary = "mAP (IoU .50–.95) of v1 fell from 0.724 to 0.481 (0.450–0.512, n = 48), below 0.600.",
                AcknowledgedBy = "operator",
                AcknowledgedAt = now.AddDays(-10.2),
                Note = "Lens of camera 4 cleaned; v2 deployed.",
            });
        await db.SaveChangesAsync(cancellationToken);
    }
}
