using VisionMonitor.Vision.Onnx;

namespace VisionMonitor.Vision.Tests.Onnx;

public sealed class PythonLiteralTests
{
    [Theory]
    [InlineData("{0: 'person', 1: 'car'}", "person|car")]
    [InlineData("{0: \"driver's seat\", 1: 'say \"a\"'}", "driver's seat|say \"a\"")]
    [InlineData("{0: 'it\\'s', 1: 'back\\\\slash'}", "it's|back\\slash")]
    [InlineData("{0: 'caf\\xe9', 1: '\\uac1c', 2: '\\U0001f436'}", "café|개|🐶")]
    [InlineData("{1: 'b', 0: 'a'}", "a|b")]
    [InlineData("['a: b', '1, 2', '{3}']", "a: b|1, 2|{3}")]
    [InlineData("('a', 'b')", "a|b")]
    [InlineData("{\"0\": \"person\", \"1\": \"7\"}", "person|7")]
    [InlineData("{0: '0', 1: '1', 2: '2'}", "0|1|2")]
    [InlineData("person, car,tie", "person|car|tie")]
    [InlineData("person\nfire hydrant\n", "person|fire hydrant")]
    [InlineData("{0: '사람', 1: 'Fußgänger'}", "사람|Fußgänger")]
    [InlineData("{0: 'open", "open")]
    [InlineData("{5000000: 'a'}", "")]
    [InlineData("{}", "")]
    [InlineData("", "")]
    [InlineData("one", "")]
    public void Names_AsExportersWriteThem_AreRead(string literal, string expected) =>
        string.Join('|', PythonLiteral.Names(literal, 100)).ShouldBe(expected);
}
