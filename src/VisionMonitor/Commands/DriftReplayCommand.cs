using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using VisionMonitor.Hosting;
using VisionMonitor.Metrics.Drift.Watch;
using VisionMonitor.Monitoring.DriftDetection.Replay;

namespace VisionMonitor.Commands;

/// <summary>The false-alarm experiment: months without drift, and shifts that ought to be found.</summary>
internal static class DriftReplayCommand
{
    public static Command Create()
    {
        Option<string> world = new("--world") { Description = "What is drawn from: synthetic (embeddings made of numbers) or toy (the demo's scenes and classifier).", DefaultValueFactory = _ => "synthetic", HelpName = "NAME" };
        world.AcceptOnlyFromAmong("synthetic", "toy");
        Option<FileInfo?> embeddings = new("--embeddings") { Description = $"Your own embeddings, .npy of images × dimensions, healthy and at least {EmbeddingsWorld.MinRows}, in place of --world.", HelpName = "E.npy" };
        Option<FileInfo?> shifted = new("--shifted") { Description = "With --embeddings: embeddings of a change that ought to be found.", HelpName = "S.npy" };
        Option<int> replays = EvalOptions.AtLeast(1, new Option<int>("--replays") { Description = "Replays, each with its own history.", DefaultValueFactory = _ => 100, HelpName = "N" });
        Option<int> days = EvalOptions.AtLeast(1, new Option<int>("--days") { Description = "Days without drift that each replay watches.", DefaultValueFactory = _ => 30, HelpName = "N" });
        Option<int> history = EvalOptions.AtLeast(14, new Option<int>("--history-days") { Description = "Days of history before them.", DefaultValueFactory = _ => 14, HelpName = "N" });
        Option<int> images = EvalOptions.AtLeast(8, new Option<int>("--images-per-hour") { Description = "Images in an hour.", DefaultValueFactory = _ => 200, HelpName = "N" });
        Option<double> correlation = new("--autocorrelation") { Description = "ρ of the hourly wander of class mix and look, AR(1), 0 to below 1.", DefaultValueFactory = _ => 0, HelpName = "ρ" };
        correlation.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= 0 and < 1))
            {
                result.AddError("--autocorrelation is a number from 0 to below 1.");
            }
        });
        Option<double> budget = new("--days-per-false-alarm") { Description = "The declared budget: one false alarm in this many days, over all channels.", DefaultValueFactory = _ => 90, HelpName = "N" };
        Option<ulong> seed = new("--seed") { Description = "Seed of everything.", DefaultValueFactory = _ => 1, HelpName = "S" };
        Option<int> threads = EvalOptions.AtLeast(1, new Option<int>("--threads") { Description = "Threads; no number depends on it.", DefaultValueFactory = _ => Environment.ProcessorCount, HelpName = "N" });
        Option<EvalFormat> format = EvalOptions.Format();
        Command command = new("replay", "Replay months of hourly checks without drift and count the false alarms; inject shifts and measure how long they take to be found.");
        foreach (Option option in (Option[])[world, embeddings, shifted, replays, days, history, images, correlation, budget, seed, threads, format])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(embeddings) is not null && result.GetResult(world) is { Implicit: false })
            {
                result.AddError("--embeddings takes the place of --world: leave one away.");
            }

            if (result.GetValue(embeddings) is null && result.GetValue(shifted) is not null)
            {
                result.AddError("--shifted needs --embeddings: the healthy images of the same model.");
            }
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            ReplayOptions options = new()
            {
                Replays = parsed.GetValue(replays),
                Days = parsed.GetValue(days),
                HistoryDays = parsed.GetValue(history),
                ImagesPerHour = parsed.GetValue(images),
                Autocorrelation = parsed.GetValue(correlation),
                Seed = parsed.GetValue(seed),
                Threads = parsed.GetValue(threads),
                Watch = new DriftWatchOptions { DaysPerFalseAlarm = parsed.GetValue(budget) },
            };
            ReplayWorld drawn = parsed.GetValue(embeddings) is { } own ? Own(own, parsed.GetValue(shifted), options.Seed)
                : parsed.GetValue(world) == "toy" ? ToyReplayWorld.Create(Path.Combine(AppContext.BaseDirectory, "models"), options.Seed, options.Threads, cancellationToken)
                : SyntheticWorld.Create(options.Seed);
            ProgressLine progress = new(options.Replays);
            Print(FalseAlarmExperiment.Run(drawn, options, () => { lock (progress) { progress.Advance(); } }, cancellationToken), parsed.GetValue(format));
            return Task.FromResult(0);
        });
        return command;
    }

    private static ReplayWorld Own(FileInfo healthy, FileInfo? shifted, ulong seed)
    {
        (float[] rows, int dimension) = DriftCommand.Embeddings(healthy);
        if (rows.Length / dimension < EmbeddingsWorld.MinRows)
        {
            throw new StartException($"{healthy.Name}: too-few-rows: {rows.Length / dimension} rows; a replay draws months from at least {EmbeddingsWorld.MinRows}");
        }

        if (shifted is null)
        {
            return EmbeddingsWorld.Create(healthy.Name, rows, dimension, null, seed);
        }

        (float[] changed, int length) = DriftCommand.Embeddings(shifted);
        return length == dimension
            ? EmbeddingsWorld.Create(healthy.Name, rows, dimension, (shifted.Name, changed), seed)
            : throw new StartException($"{shifted.Name}: wrong-dimension: {length} numbers an image, {healthy.Name} has {dimension}; both come from the same model");
    }

    private static void Print(ReplayReport report, EvalFormat format)
    {
        (double low, double high) = report.FalseAlarmInterval;
        if (format == EvalFormat.Json)
        {
            Console.Out.WriteLine(Json(report, low, high).ToJsonString(DriftCommand.Indented));
            return;
        }

        if (format == EvalFormat.Csv)
        {
            Console.Out.WriteLine("shift,medianHours,low,high,missed");
            foreach (ShiftDelay shift in report.Shifts)
            {
                Console.Out.WriteLine($"\"{shift.Name}\",{Csv(shift.Median)},{Csv(shift.MedianInterval.Low)},{Csv(shift.MedianInterval.High)},{Csv(shift.MissedShare)}");
            }

            return;
        }

        ReplayOptions options = report.Options;
        Console.Out.WriteLine(FormattableString.Invariant($"{report.World}; {options.Replays} replays of {options.Days} days, {options.ImagesPerHour} images an hour, ρ {options.Autocorrelation}, {options.HistoryDays} days of history, seed {options.Seed}"));
        Console.Out.WriteLine(FormattableString.Invariant($"false alarms in 30 days, all channels: {report.FalseAlarmsPer30Days:0.###} (95 % {low:0.###} to {high:0.###}; {report.FalseAlarms} in all; the budget allows {30 / options.Watch.DaysPerFalseAlarm:0.###})"));
        foreach ((string channel, int count) in report.FalseAlarmChannels)
        {
            Console.Out.WriteLine($"  {count} by {channel}");
        }

        int width = report.Shifts.Max(shift => shift.Name.Length);
        Console.Out.WriteLine($"{"shift".PadRight(width)}  {"median h",8}  {"95 %",9}  missed in {options.ShiftHours} h");
        foreach (ShiftDelay shift in report.Shifts)
        {
            (double? from, double? to) = shift.MedianInterval;
            Console.Out.WriteLine(FormattableString.Invariant($"{shift.Name.PadRight(width)}  {Short(shift.Median),8}  {$"{Short(from)}–{Short(to)}",9}  {shift.MissedShare:0 %}"));
        }
    }

    private static JsonObject Json(ReplayReport report, double low, double high) => new()
    {
        ["world"] = report.World,
        ["replays"] = report.Options.Replays,
        ["days"] = report.Options.Days,
        ["historyDays"] = report.Options.HistoryDays,
        ["imagesPerHour"] = report.Options.ImagesPerHour,
        ["autocorrelation"] = report.Options.Autocorrelation,
        ["daysPerFalseAlarm"] = report.Options.Watch.DaysPerFalseAlarm,
        ["seed"] = report.Options.Seed,
        ["falseAlarms"] = report.FalseAlarms,
        ["falseAlarmsPer30Days"] = report.FalseAlarmsPer30Days,
        ["falseAlarmsPer30DaysInterval"] = new JsonArray(low, high),
        ["falseAlarmsByChannel"] = new JsonObject(report.FalseAlarmChannels.Select(one => KeyValuePair.Create<string, JsonNode?>(one.Channel, one.Count))),
        ["shifts"] = new JsonArray([.. report.Shifts.Select(shift => new JsonObject
        {
            ["name"] = shift.Name,
            ["medianHours"] = shift.Median,
            ["medianInterval"] = new JsonArray(shift.MedianInterval.Low, shift.MedianInterval.High),
            ["missedShare"] = shift.MissedShare,
        })]),
    };

    private static string Short(double? hours) => hours?.ToString("0.#", CultureInfo.InvariantCulture) ?? "–";

    private static string Csv(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
