using System.Net;
using System.Net.Sockets;

namespace VisionMonitor.Monitoring.Alerting.Channels;

/// <summary>Tells addresses of the open internet from those of this machine, its neighbours, and its cloud's metadata.</summary>
public static class PublicAddress
{
    // The IANA special-purpose registries of both protocols, and multicast.
    private static readonly IPNetwork[] SpecialV4 = [.. ((string[])
    [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
    ]).Select(IPNetwork.Parse)];

    // Only 2000::/3 is given out at all; within it these embed other addresses or are set aside.
    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] SpecialV6 = [.. ((string[])["2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"]).Select(IPNetwork.Parse)];

    /// <summary>Whether an address belongs to the open internet.</summary>
    public static bool Is(IPAddress address)
    {
        IPAddress plain = Plain(address);
        return plain.AddressFamily == AddressFamily.InterNetwork
            ? !SpecialV4.Any(network => network.Contains(plain))
            : GlobalV6.Contains(plain) && !SpecialV6.Any(network => network.Contains(plain));
    }

    /// <summary>IPv4 in IPv6 clothes is IPv4.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
