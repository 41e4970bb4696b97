using VisionMonitor.Vision.Labels;

namespace VisionMonitor.Vision.Tests.Labels;

/// <summary>Compares what a reader says of hostile files with what it must say.</summary>
internal static class HostileLabels
{
    public static void AssertVerdicts(string prefix, Func<HostileFile, ReadReport> read)
    {
        List<string> wrong = [];
        foreach (HostileFile file in HostileFile.All(prefix))
        {
            string expected = file.Verdict switch
            {
                "reject" => $"reject {file.Code}",
                "partial" => $"partial {file.Code} {file.RowsOk}/{file.RowsRejected}",
                "accept_warn" => $"accept {file.Code} {file.RowsOk}/0",
                _ => $"accept {file.RowsOk}/0",
            };
            string found = Answer(file, read);
            if (found != expected)
            {
                wrong.Add($"{file.Path}: expected {expected}, got {found}");
            }
        }

        wrong.ShouldBeEmpty();
    }

    private static string Answer(HostileFile file, Func<HostileFile, ReadReport> read)
    {
        try
        {
            ReadReport report = read(file);
            string rows = $"{report.KeptCount}/{report.DroppedCount}";
            return report.DroppedCount > 0
                ? $"partial {string.Join(' ', report.DroppedByCode.Keys)} {rows}"
                : string.Join(' ', ["accept", .. report.Warnings.Select(note => note.Code).Distinct(), rows]);
        }
        catch (LabelFormatException refusal)
        {
            refusal.File.ShouldBe(Path.GetFileName(file.Path));
            return $"reject {refusal.Code}";
        }
    }
}
