using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VisionMonitor.Vision.Models;

/// <summary>
/// From 1.29 on ONNX Runtime's packages for Linux and macOS send telemetry, and keep a device's id and a database of it under the
/// person's cache folder. It is off here for whoever has not said otherwise in <c>ORT_DISABLE_TELEMETRY</c>.
/// </summary>
internal static partial class QuietRuntime
{
    private const string Switch = "ORT_DISABLE_TELEMETRY";

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255:The 'ModuleInitializer' attribute should not be used in libraries", Justification = "The native library reads the switch once, when it is loaded: nothing of ours that loads it may run before, from whatever program it is called.")]
    internal static void SilenceTelemetry()
    {
        if (OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable(Switch) is not null)
        {
            return;
        }

        // .NET keeps a copy of the environment: processes that we start inherit this one, native code in our own sees only libc's.
        Environment.SetEnvironmentVariable(Switch, "1");
        _ = SetNative(Switch, "1", overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNative(string name, string value, int overwrite);
}
