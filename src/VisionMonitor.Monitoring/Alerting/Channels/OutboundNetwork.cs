using System.Net;
using System.Net.Sockets;

namespace VisionMonitor.Monitoring.Alerting.Channels;

/// <summary>
/// The one way out of the house. A name is resolved, its addresses are checked, and the connection goes to exactly the address
/// that was checked, so a name that answers differently a moment later gains nothing. No proxy, no redirects, no cookies.
/// </summary>
public sealed class OutboundNetwork : IDisposable
{
    private readonly AlertingOptions _options;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;
    private readonly HashSet<string> _allowedHosts;
    private readonly IPNetwork[] _allowedNetworks;

    /// <param name="options">What an operator allows.</param>
    /// <param name="clock">Decides time limits.</param>
    /// <param name="resolve">Finds the addresses of a name; null asks the system.</param>
    public OutboundNetwork(AlertingOptions options, TimeProvider clock, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        Clock = clock;
        _resolve = resolve ?? Dns.GetHostAddressesAsync;
        _allowedHosts = new HashSet<string>(options.AllowedDestinations, StringComparer.OrdinalIgnoreCase);
        _allowedNetworks = [.. options.AllowedDestinations.Select(ParseNetwork).OfType<IPNetwork>()];
        Http = new HttpClient(Handler(), disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
        Http.DefaultRequestHeaders.UserAgent.ParseAdd("VisionMonitor");
    }

    /// <summary>For every HTTP request that leaves.</summary>
    public HttpClient Http { get; }

    public TimeProvider Clock { get; }

    /// <summary>Ends an exchange with a receiver that does not answer.</summary>
    public CancellationTokenSource Limit() => new(_options.TimeLimit, Clock);

    /// <summary>What is wrong with an HTTP address, in a sentence; null where it may be used.</summary>
    public async Task<string?> ProblemAsync(string address, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("https" or "http"))
        {
            return "The address must begin with https://.";
        }

        if (uri.UserInfo.Length > 0)
        {
            return "The address must not carry a user name or password.";
        }

        if (uri.HostNameType is UriHostNameType.Unknown or UriHostNameType.Basic || uri.IdnHost.Length == 0)
        {
            return "The address names no host.";
        }

        return await ProblemAsync(uri.IdnHost, isEncrypted: uri.Scheme == "https", cancellationToken);
    }

    /// <summary>What is wrong with a host, in a sentence; null where it may be connected to.</summary>
    public async Task<string?> ProblemAsync(string host, bool isEncrypted, CancellationToken cancellationToken)
    {
        try
        {
            IPAddress[] addresses = await AddressesAsync(host, cancellationToken);
            return isEncrypted || addresses.All(address => IsAllowed(host, address))
                ? null
                : "Without encryption only destinations that the operator allows may be used.";
        }
        catch (OutboundRefusedException refused)
        {
            return refused.Message;
        }
        catch (SocketException)
        {
            return $"The host {host} cannot be found.";
        }
    }

    /// <summary>Connects to a host that may be connected to.</summary>
    /// <exception cref="OutboundRefusedException">It must not be.</exception>
    public async Task<Stream> ConnectAsync(string host, int port, bool isEncrypted, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = await AddressesAsync(host, cancellationToken);
        if (!isEncrypted && !addresses.All(address => IsAllowed(host, address)))
        {
            throw new OutboundRefusedException("Without encryption only destinations that the operator allows may be used.");
        }

        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose() => Http.Dispose();

    private async Task<IPAddress[]> AddressesAsync(string host, CancellationToken cancellationToken)
    {
        string name = host.Trim('[', ']');
        IPAddress[] found = IPAddress.TryParse(name, out IPAddress? literal) ? [literal] : await _resolve(name, cancellationToken);
        IPAddress[] usable = [.. found.Where(address => PublicAddress.Is(address) || IsAllowed(host, address))];
        return usable.Length > 0
            ? usable
            : throw new OutboundRefusedException($"{host} lies in a private or reserved network; an operator can allow it with AllowedDestinations.");
    }

    private bool IsAllowed(string host, IPAddress address) =>
        _allowedHosts.Contains(host.Trim('[', ']')) || _allowedNetworks.Any(network => network.Contains(PublicAddress.Plain(address)));

    private SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = _options.TimeLimit,
        MaxResponseHeadersLength = 64,
        // A name that moved is looked up again soon.
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        ConnectCallback = async (context, cancellationToken) =>
            await ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, context.InitialRequestMessage.RequestUri!.Scheme == "https", cancellationToken),
    };

    private static IPNetwork? ParseNetwork(string text) =>
        IPNetwork.TryParse(text, out IPNetwork network) ? network
        : IPAddress.TryParse(text, out IPAddress? address) ? new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)
        : null;
}
