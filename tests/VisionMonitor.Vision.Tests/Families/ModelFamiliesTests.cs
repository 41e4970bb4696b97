using VisionMonitor.Vision.Families;

namespace VisionMonitor.Vision.Tests.Families;

public sealed class ModelFamiliesTests
{
    [Fact]
    public void All_Families_AreEveryTypeOnceWithItsOwnId()
    {
        Type[] types = [.. typeof(IModelFamily).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IModelFamily)))];
        ModelFamilies.All.Select(family => family.GetType()).ShouldBe(types, ignoreOrder: true);
        Type[] composed = [.. typeof(IComposedFamily).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IComposedFamily)))];
        ModelFamilies.Composed.Select(family => family.GetType()).ShouldBe(composed, ignoreOrder: true);
        ModelFamilies.Ids.Distinct().Count().ShouldBe(ModelFamilies.All.Count + ModelFamilies.Composed.Count);
        ModelFamilies.Composed.Select(family => family.FirstFamily).OfType<string>().ShouldAllBe(first => ModelFamilies.Find(first) != null);
    }
}
