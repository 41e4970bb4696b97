using System.IO.Compression;
using VisionMonitor.Vision.Archives;

namespace VisionMonitor.Vision.Tests.Archives;

public sealed class ZipArchiveFolderTests
{
    [Fact]
    public void Open_HostileFiles_GetTheirVerdicts()
    {
        List<string> wrong = [];
        foreach (HostileFile file in HostileFile.All("zip/"))
        {
            string expected = file.Verdict switch
            {
                "reject" => file.Code,
                "accept_warn" => $"accept {file.Code} {file.RowsOk}",
                _ => $"accept {file.RowsOk}",
            };
            string found = Answer(file.FullPath);
            if (found != expected)
            {
                wrong.Add($"{file.Path}: expected {expected}, got {found}");
            }
        }

        wrong.ShouldBeEmpty();
        File.Exists("/tmp/vm_slip_canary.txt").ShouldBeFalse();
    }

    [Fact]
    public void Open_Archive_GivesItsFilesAndTakesThemAway()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("zip").FullName, "a.zip");
        using (ZipArchive made = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            using StreamWriter writer = new(made.CreateEntry("images/train/한글.txt").Open());
            writer.Write(new string('a', 1000));
        }

        string folder;
        using (ZipArchiveFolder opened = ZipArchiveFolder.Open(path, new()))
        {
            folder = opened.Folder;
            File.ReadAllText(Path.Combine(folder, "images", "train", "한글.txt")).ShouldBe(new string('a', 1000));
        }

        Directory.Exists(folder).ShouldBeFalse();
        Should.Throw<ArchiveException>(() => ZipArchiveFolder.Open(path, new() { MaxBytes = 999 })).Code.ShouldBe("archive_too_large");
    }

    private static string Answer(string path)
    {
        try
        {
            using ZipArchiveFolder opened = ZipArchiveFolder.Open(path, new());
            int count = Directory.EnumerateFiles(opened.Folder, "*", SearchOption.AllDirectories).Count();
            return string.Join(' ', ["accept", .. opened.Warnings, $"{count}"]);
        }
        catch (ArchiveException refusal)
        {
            return refusal.Code;
        }
    }
}
