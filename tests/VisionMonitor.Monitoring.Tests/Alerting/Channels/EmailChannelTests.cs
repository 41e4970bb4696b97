using MimeKit;
using VisionMonitor.Monitoring.Alerting;
using VisionMonitor.Monitoring.Alerting.Channels;

namespace VisionMonitor.Monitoring.Tests.Alerting.Channels;

public sealed class EmailChannelTests
{
    [Fact]
    public async Task DeliverAsync_AFaultAndItsRecovery_CarryTheirPicturesAndShareAThread()
    {
        await using StubMailServer server = new();

        (await DeliverAsync(server, SampleMessages.Message())).ShouldBe(new DeliveryResult.Delivered());
        (await DeliverAsync(server, SampleMessages.Message(IncidentChange.Resolved))).ShouldBe(new DeliveryResult.Delivered());

        MimeMessage fired = server.Messages[0], resolved = server.Messages[1];
        fired.Subject.ShouldBe("[warning] 소포 <허브>: Accuracy too low");
        resolved.Subject.ShouldBe("Re: " + fired.Subject);
        fired.MessageId.ShouldStartWith("alert-12-");
        fired.MessageId.ShouldEndWith("-fired-3@example.org");
        resolved.InReplyTo.ShouldBe(fired.MessageId);
        resolved.References.ShouldBe([fired.MessageId]);
        fired.Headers["Auto-Submitted"].ShouldBe("auto-generated");
        fired.TextBody.ShouldNotBeNull().ShouldContain("fell to 0.812 (n = 48)");
        fired.TextBody.ShouldNotBeNull().ShouldContain("2026-11-03 15:00 (Asia/Seoul)");
        fired.TextBody.ShouldNotBeNull().ShouldContain("95 % interval: 0.76 to 0.87");
        resolved.TextBody.ShouldNotBeNull().ShouldContain("Recovered after 3 h 20 min");
        fired.HtmlBody.ShouldNotBeNull().ShouldContain("&lt;torn&gt;");
        fired.HtmlBody.ShouldNotBeNull().ShouldNotContain("<torn>");
        MimePart[] pictures = [.. fired.BodyParts.OfType<MimePart>().Where(part => part.ContentType.MediaType == "image")];
        pictures.Select(part => part.FileName).ShouldBe(["chart.png", "image-1.jpg", "image-2.jpg"]);
        pictures.ShouldAllBe(part => fired.HtmlBody!.Contains($"cid:{part.ContentId}", StringComparison.Ordinal));
        pictures.ShouldAllBe(part => !part.IsAttachment);
    }

    [Fact]
    public async Task DeliverAsync_OneRecipientRefused_ReachesTheOthersAndSaysSo()
    {
        await using StubMailServer server = new() { Refuses = "second" };

        DeliveryResult result = await DeliverAsync(server, SampleMessages.Message());

        result.ShouldBeOfType<DeliveryResult.Delivered>().Note.ShouldBe("Not taken for second@example.org (550 no such person)");
        server.Messages.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("250 taken", "@", "Dead")]
    [InlineData("451 greylisted, come again", null, "Retry")]
    [InlineData("554 no", null, "Dead")]
    public async Task DeliverAsync_ARefusal_IsForGoodOrForLater(string answer, string? refuses, string expected)
    {
        await using StubMailServer server = new() { DataAnswer = answer, Refuses = refuses };

        (await DeliverAsync(server, SampleMessages.Message())).GetType().Name.ShouldBe(expected);
    }

    [Fact]
    public async Task DeliverAsync_AServerThatHangsOrIsGone_IsTriedAgain()
    {
        using OutboundNetwork network = SampleMessages.Loopback(TimeSpan.FromMilliseconds(200));
        int port;
        await using (StubMailServer server = new() { Hangs = true })
        {
            port = server.Port;
            (await new EmailChannel().DeliverAsync(Settings(port), SampleMessages.Message(), network, SampleMessages.Stop)).ShouldBe(new DeliveryResult.Retry("The mail server did not answer in time."));
        }

        (await new EmailChannel().DeliverAsync(Settings(port), SampleMessages.Message(), network, SampleMessages.Stop)).ShouldBeOfType<DeliveryResult.Retry>();
    }

    [Fact]
    public async Task DeliverAsync_AServerWithoutTls_GetsNothingWhenTlsIsAskedFor()
    {
        await using StubMailServer server = new();

        DeliveryResult result = await DeliverAsync(server, SampleMessages.Message(), EmailSecurity.StartTls);

        result.ShouldBeOfType<DeliveryResult.Dead>().Reason.ShouldContain("STARTTLS");
        server.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task DeliverAsync_ARuleNameWithLineBreaks_AddsNoHeader()
    {
        await using StubMailServer server = new();
        AlertMessage message = SampleMessages.Message();

        await DeliverAsync(server, message with { Alerts = [message.Alerts[0] with { RuleName = "x\r\nBcc: thief@example.net" }] });

        server.Messages[0].Bcc.ShouldBeEmpty();
        server.Messages[0].Subject.ShouldNotBeNull().ShouldContain("x  Bcc");
    }

    [Theory]
    [InlineData("""{"host":"10.0.0.1","from":"a@example.org","to":["b@example.org"]}""", "private or reserved")]
    [InlineData("""{"host":"127.0.0.1","from":"nobody","to":["b@example.org"]}""", "not an email address")]
    [InlineData("""{"host":"127.0.0.1","from":"a@example.org","to":[]}""", "recipients")]
    [InlineData("""{"host":"127.0.0.1","port":0,"from":"a@example.org","to":["b@example.org"]}""", "port")]
    [InlineData("""{"host":"http://x/","from":"a@example.org","to":["b@example.org"]}""", "host name")]
    [InlineData("""{"host":"8.8.8.8","security":"none","from":"a@example.org","to":["b@example.org"]}""", "Without encryption")]
    [InlineData("""{"host":"127.0.0.1","from":"a@example.org"}""", "cannot be read")]
    public async Task CheckAsync_SettingsWithAFault_NamesIt(string settings, string expected)
    {
        using OutboundNetwork network = SampleMessages.Loopback();

        (await new EmailChannel().CheckAsync(settings, network, SampleMessages.Stop)).ShouldHaveSingleItem().ShouldContain(expected);
    }

    private static string Settings(int port, EmailSecurity security = EmailSecurity.None) => new EmailSettings { Host = "127.0.0.1", Port = port, Security = security, From = "VisionMonitor <monitor@example.org>", To = ["first@example.org", "second@example.org"] }.ToJson();

    private static async Task<DeliveryResult> DeliverAsync(StubMailServer server, AlertMessage message, EmailSecurity security = EmailSecurity.None)
    {
        using OutboundNetwork network = SampleMessages.Loopback();
        return await new EmailChannel().DeliverAsync(Settings(server.Port, security), message, network, SampleMessages.Stop);
    }
}
