using Microsoft.AspNetCore.DataProtection;
using VisionMonitor.Monitoring.Alerting.Channels;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Tests.Alerting.Channels;

public sealed class AlertChannelsTests
{
    [Fact]
    public void All_AgainstTheAssembly_ForgetsNoChannelAndUsesEachIdOnce()
    {
        Type[] written = [.. typeof(IAlertChannel).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IAlertChannel)) && !type.IsInterface)];

        AlertChannels.All.Select(channel => channel.GetType()).ShouldBe(written, ignoreOrder: true);
        AlertChannels.All.Select(channel => channel.Id).ShouldBeUnique();
    }

    [Fact]
    public async Task Protector_Settings_AreUnreadableAtRestAndCheckedByKind()
    {
        using OutboundNetwork network = SampleMessages.Loopback();
        ChannelSettingsProtector protector = new(new EphemeralDataProtectionProvider(), network);
        string settings = new WebhookSettings { Url = "http://127.0.0.1:9/x", Secret = WebhookSettings.NewSecret() }.ToJson();
        AlertChannel channel = new() { Name = "ops", Kind = "webhook", ProtectedSettings = protector.Protect(settings) };

        channel.ProtectedSettings.ShouldNotContain("127.0.0.1");
        protector.Reveal(channel).ShouldBe(settings);
        protector.Describe(channel).ShouldBe("http://127.0.0.1:9/…, signed");
        (await protector.CheckAsync("webhook", settings, SampleMessages.Stop)).ShouldBeEmpty();
        (await protector.CheckAsync("pigeon", settings, SampleMessages.Stop)).ShouldHaveSingleItem().ShouldContain("webhook, email");
        new ChannelSettingsProtector(new EphemeralDataProtectionProvider(), network).Describe(channel).ShouldBe("its settings cannot be read; enter them again");
    }
}
