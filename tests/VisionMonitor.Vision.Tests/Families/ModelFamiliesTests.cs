using VisionMonitor.Vision.Families;

namespace VisionMonitor.Vision.Tests.Families;

public sealed class ModelFamiliesTests
{
    [Fact]
    public void All_Families_AreEveryTypeOnceWithItsOwnId()
    {
        Type[] types = [.. typeof(IModelFamily).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IModelFamily)))];
        ModelFamilies.All.Select(family => family.GetType()).ShouldBe(types, ignoreOrder: true);
        ModelFamilies.All.Select(family => family.Id).Distinct().Count().ShouldBe(ModelFamilies.All.Count);
    }
}
