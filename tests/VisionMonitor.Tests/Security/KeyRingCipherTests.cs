using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;
using VisionMonitor.Tests.Hosting;

namespace VisionMonitor.Tests.Security;

public sealed class KeyRingCipherTests
{
    private static readonly XElement Key = new("descriptor", new XElement("masterKey", "very secret"));

    [Fact]
    public void Decrypt_OfWhatItEncrypted_GivesTheSameElement()
    {
        KeyRingCipher cipher = new(RandomNumberGenerator.GetBytes(32));

        XElement locked = cipher.Encrypt(Key).EncryptedElement;

        locked.ToString().ShouldNotContain("very secret");
        XNode.DeepEquals(cipher.Decrypt(locked), Key).ShouldBeTrue();
    }

    [Fact]
    public void Decrypt_UnderAnotherSecret_Throws()
    {
        XElement locked = new KeyRingCipher(RandomNumberGenerator.GetBytes(32)).Encrypt(Key).EncryptedElement;

        Should.Throw<CryptographicException>(() => new KeyRingCipher(RandomNumberGenerator.GetBytes(32)).Decrypt(locked));
    }

    [Fact]
    public async Task Door_OnceItProtectedSomething_KeepsNoReadableKeyInTheDatabase()
    {
        await using OpenDoor door = await OpenDoor.StartAsync();
        IDataProtector protector = door.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");
        string secret = protector.Protect("webhook secret");

        await using MonitoringDbContext context = door.CreateDbContext();
        string[] ring = [.. (await context.DataProtectionKeys.ToListAsync(TestContext.Current.CancellationToken)).Select(key => key.Xml!)];

        protector.Unprotect(secret).ShouldBe("webhook secret");
        ring.ShouldNotBeEmpty();
        ring.ShouldAllBe(xml => xml.Contains("<sealed") && !xml.Contains("<masterKey"));
        string file = Path.Combine(door.Folder, "keys.secret");
        File.Exists(file).ShouldBeTrue();
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
