using System.Text;

namespace VisionMonitor.Tests.Commands;

/// <summary>Writes what np.save would.</summary>
internal static class NpyWriter
{
    public static string Write(string path, byte[] numbers, string type, params int[] shape)
    {
        string header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({string.Join(", ", shape)}{(shape.Length == 1 ? "," : "")}), }}";
        header = header.PadRight(((header.Length + 11 + 63) / 64 * 64) - 11) + "\n";
        using FileStream file = File.Create(path);
        file.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)(header.Length & 255), (byte)(header.Length >> 8)]);
        file.Write(Encoding.Latin1.GetBytes(header));
        file.Write(numbers);
        return path;
    }
}
