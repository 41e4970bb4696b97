using VisionMonitor.Hosting;

namespace VisionMonitor.Commands;

/// <summary>Truth and predicted maps that belong together: by name, or by what is left of the name without words such as "gt" and "pred".</summary>
internal sealed record MapPairs(IReadOnlyList<(string Truth, string Predicted)> Files)
{
    private static readonly HashSet<string> TruthWords = new(StringComparer.OrdinalIgnoreCase) { "gt", "truth", "label", "labels", "target", "annotation", "gtFine", "gtCoarse", "labelIds", "labelTrainIds" };
    private static readonly HashSet<string> PredictedWords = new(StringComparer.OrdinalIgnoreCase) { "pred", "predicted", "prediction", "predictions", "output", "result", "leftImg8bit" };

    public static MapPairs In(DirectoryInfo truth, DirectoryInfo predicted)
    {
        bool isShared = Path.GetFullPath(truth.FullName).TrimEnd('/') == Path.GetFullPath(predicted.FullName).TrimEnd('/');
        List<string> truths = Names(truth), predictions = Names(predicted);
        if (isShared)
        {
            (truths, predictions) = ([.. truths.Where(n => Words(n).Any(TruthWords.Contains))], [.. predictions.Where(n => Words(n).Any(PredictedWords.Contains))]);
        }

        if (truths.Count == 0)
        {
            throw new StartException($"{truth.FullName} holds no PNG files{(isShared ? " named as truth, as gt_0001.png" : "")}");
        }

        Dictionary<string, string> byName = Keyed(predictions, n => n, predicted);
        if (!isShared && truths.All(byName.ContainsKey))
        {
            return new MapPairs([.. truths.Select(n => (Path.Combine(truth.FullName, n), Path.Combine(predicted.FullName, n)))]);
        }

        Dictionary<string, string> byCore = Keyed(predictions, Core, predicted);
        _ = Keyed(truths, Core, truth);
        return new MapPairs([.. truths.Select(n => (Path.Combine(truth.FullName, n), byCore.TryGetValue(Core(n), out string? match)
            ? Path.Combine(predicted.FullName, match)
            : throw new StartException($"{Path.Combine(truth.FullName, n)} has no prediction in {predicted.FullName}")))]);
    }

    private static List<string> Names(DirectoryInfo folder) => folder.Exists
        ? [.. folder.EnumerateFiles("*.png", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder.FullName, f.FullName)).Order(StringComparer.Ordinal)]
        : throw new StartException($"the folder {folder.FullName} does not exist");

    private static string[] Words(string name) => Path.GetFileNameWithoutExtension(name).Split('_', '-', '.');

    private static string Core(string name) =>
        Path.Combine(Path.GetDirectoryName(name) ?? "", string.Join('_', Words(name).Where(w => !TruthWords.Contains(w) && !PredictedWords.Contains(w))));

    private static Dictionary<string, string> Keyed(List<string> names, Func<string, string> key, DirectoryInfo folder)
    {
        var byKey = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (!byKey.TryAdd(key(name), name))
            {
                throw new StartException($"{folder.FullName}: {byKey[key(name)]} and {name} cannot be told apart; give truth and prediction the same names");
            }
        }

        return byKey;
    }
}
