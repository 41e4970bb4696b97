using System.Net;
using VisionMonitor.Monitoring.Alerting;
using VisionMonitor.Monitoring.Alerting.Channels;

namespace VisionMonitor.Monitoring.Tests.Alerting.Channels;

public sealed class OutboundNetworkTests
{
    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.8.9.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("198.18.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("::127.0.0.1", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("2001::1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fec0::1", false)]
    [InlineData("ff02::1", false)]
    public void Is_AnAddress_TellsTheOpenInternetFromTheRest(string address, bool expected) =>
        PublicAddress.Is(IPAddress.Parse(address)).ShouldBe(expected);

    [Theory]
    [InlineData("http://localhost/")]
    [InlineData("https://localhost/")]
    [InlineData("https://localhost./")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://127.1/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://0177.0.0.1/")]
    [InlineData("https://0/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://[::ffff:7f00:1]/")]
    [InlineData("https://[0:0:0:0:0:0:0:1]/")]
    [InlineData("https://[64:ff9b::127.0.0.1]/")]
    [InlineData("https://[fe80::1%25lo]/")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    [InlineData("https://10.0.0.1/")]
    [InlineData("https://192.168.0.1:8443/")]
    [InlineData("https://１２７.0.0.1/")]
    [InlineData("https://127。0。0。1/")]
    [InlineData("https://user:word@8.8.8.8/")]
    [InlineData("http://8.8.8.8/")]
    [InlineData("ftp://8.8.8.8/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://127.0.0.1:25/")]
    [InlineData("//8.8.8.8/")]
    [InlineData("https://")]
    [InlineData("")]
    public async Task ProblemAsync_AHostileAddress_IsRefusedBeforeItIsSaved(string address)
    {
        using OutboundNetwork network = new(new AlertingOptions(), TimeProvider.System);

        (await network.ProblemAsync(address, SampleMessages.Stop)).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("https://8.8.8.8/hook")]
    [InlineData("https://[2606:4700::1111]:8443/hook")]
    [InlineData("https://hooks.example.org/a")]
    public async Task ProblemAsync_APublicAddress_MayBeSaved(string address)
    {
        using OutboundNetwork network = Network((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("93.184.215.14")]));

        (await network.ProblemAsync(address, SampleMessages.Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task Http_ANameThatMovesInsideAfterTheCheck_IsRefusedAtTheConnection()
    {
        await using StubHttpServer server = new();
        int asked = 0;
        using OutboundNetwork network = Network((_, _) => Task.FromResult<IPAddress[]>([asked++ == 0 ? IPAddress.Parse("93.184.215.14") : IPAddress.Loopback]));
        string address = server.Url.Replace("http://127.0.0.1", "https://rebinds.example.org", StringComparison.Ordinal);

        (await network.ProblemAsync(address, SampleMessages.Stop)).ShouldBeNull();
        HttpRequestException failure = await Should.ThrowAsync<HttpRequestException>(() => network.Http.GetAsync(new Uri(address), SampleMessages.Stop));

        failure.InnerException.ShouldBeOfType<OutboundRefusedException>();
        asked.ShouldBe(2);
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task ConnectAsync_ANameWithAPublicAndAPrivateAddress_NeverGoesInside()
    {
        await using StubHttpServer server = new();
        int port = new Uri(server.Url).Port;
        using OutboundNetwork network = Network((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback, IPAddress.IPv6Loopback]));

        await Should.ThrowAsync<OutboundRefusedException>(() => network.ConnectAsync("both.example.org", port, isEncrypted: true, SampleMessages.Stop));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.0/8")]
    [InlineData("inside.example.org")]
    public async Task ConnectAsync_WhatAnOperatorAllows_IsReachedWithoutEncryptionToo(string allowed)
    {
        await using StubHttpServer server = new();
        using OutboundNetwork network = new(new AlertingOptions { AllowedDestinations = [allowed] }, TimeProvider.System, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));

        await using Stream stream = await network.ConnectAsync("inside.example.org", new Uri(server.Url).Port, isEncrypted: false, SampleMessages.Stop);

        stream.CanWrite.ShouldBeTrue();
    }

    private static OutboundNetwork Network(Func<string, CancellationToken, Task<IPAddress[]>> resolve) => new(new AlertingOptions(), TimeProvider.System, resolve);
}
