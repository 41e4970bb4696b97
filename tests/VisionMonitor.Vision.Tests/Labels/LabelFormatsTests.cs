using VisionMonitor.Vision.Labels;

namespace VisionMonitor.Vision.Tests.Labels;

public sealed class LabelFormatsTests
{
    [Fact]
    public void All_Formats_AreEveryTypeOnceWithItsOwnId()
    {
        Type[] types = [.. typeof(ILabelFormat).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(ILabelFormat)))];
        LabelFormats.All.Select(format => format.GetType()).ShouldBe(types, ignoreOrder: true);
        LabelFormats.All.Select(format => format.Id).Distinct().Count().ShouldBe(LabelFormats.All.Count);
    }
}
