using VisionMonitor.Commands;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Hosting;

/// <summary>Our own executable, to be started once more.</summary>
internal static class ThisProgram
{
    private static readonly string[] AdmissionArguments = ["models", ModelsInspectCommand.ChildName];

    /// <summary>Opens model files in a process of their own, whichever program hosts us: `dotnet`, our executable or a test.</summary>
    /// <param name="quarantine">Remembers models whose process died; null: none is remembered.</param>
    public static ModelAdmission Admission(ModelQuarantine? quarantine = null)
    {
        string program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "visionmonitor.exe" : "visionmonitor");
        return File.Exists(program)
            ? new ModelAdmission(program, AdmissionArguments, quarantine: quarantine)
            : new ModelAdmission("dotnet", [Path.Combine(AppContext.BaseDirectory, "visionmonitor.dll"), .. AdmissionArguments], quarantine: quarantine);
    }
}
