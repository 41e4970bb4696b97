using System.Text;
using VisionMonitor.Metrics.NumPy;

namespace VisionMonitor.Metrics.Tests.NumPy;

public sealed class NpyFileTests
{
    [Fact]
    public void Read_EveryTypeAndVersion_GivesTheNumbers()
    {
        NpyFile.Read(Npy(1, "<f4", "(2, 2)", BitConverter.GetBytes(1.5f), BitConverter.GetBytes(-2f), BitConverter.GetBytes(0f), BitConverter.GetBytes(3f))).ToSingles().ShouldBe([1.5f, -2, 0, 3]);
        NpyFile.Read(Npy(2, "<f8", "(1,)", BitConverter.GetBytes(0.1))).ToDoubles().ShouldBe([0.1]);
        NpyFile.Read(Npy(3, "<f2", "(2,)", [0x00, 0x3C], [0x00, 0xC0])).ToDoubles().ShouldBe([1, -2]);
        NpyFile.Read(Npy(1, "<i8", "(1,)", BitConverter.GetBytes(-5L))).ToIntegers().ShouldBe([-5]);
        NpyFile.Read(Npy(1, "<i4", "(1,)", BitConverter.GetBytes(-5))).ToIntegers().ShouldBe([-5]);
        NpyFile.Read(Npy(1, "|u1", "(3,)", [0, 7, 255])).ToIntegers().ShouldBe([0, 7, 255]);
        NpyFile.Read(Npy(1, ">i4", "()", [0, 0, 1, 0])).ToIntegers().ShouldBe([256]);
    }

    [Fact]
    public void Read_ColumnMajor_IsTurnedToRowMajor()
    {
        NpyFile file = NpyFile.Read(Npy(1, "|u1", "(2, 3)", [0, 3, 1, 4, 2, 5]) is var bytes ? Replace(bytes, "False", "True ") : bytes);

        file.ToIntegers().ShouldBe([0, 1, 2, 3, 4, 5]);
        file.Shape.ShouldBe([2, 3]);
    }

    [Fact]
    public void Read_EveryCut_IsRefused()
    {
        byte[] bytes = Npy(1, "<f4", "(2,)", BitConverter.GetBytes(1f), BitConverter.GetBytes(2f));
        for (int length = 0; length < bytes.Length; length++)
        {
            Should.Throw<InvalidDataException>(() => NpyFile.Read(bytes[..length]));
        }
    }

    [Theory]
    [InlineData("<c8", "(1,)")]
    [InlineData("<U4", "(1,)")]
    [InlineData("<f4", "(99999, 99999)")]
    [InlineData("<f4", "(-1,)")]
    public void Read_StrangeTypeOrShape_IsRefused(string type, string shape) => Should.Throw<InvalidDataException>(() => NpyFile.Read(Npy(1, type, shape, new byte[64])));

    [Fact]
    public void ToIntegers_Fractions_AreRefused() => Should.Throw<InvalidDataException>(() => NpyFile.Read(Npy(1, "<f4", "(1,)", BitConverter.GetBytes(1.5f))).ToIntegers());

    private static byte[] Npy(byte version, string type, string shape, params byte[][] items)
    {
        byte[] header = Encoding.Latin1.GetBytes($"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}\n");
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)header.Length) : BitConverter.GetBytes((uint)header.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. header, .. items.SelectMany(i => i)];
    }

    private static byte[] Replace(byte[] bytes, string from, string to) => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(bytes).Replace(from, to, StringComparison.Ordinal));
}
