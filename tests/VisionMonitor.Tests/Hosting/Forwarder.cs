using System.Net;
using System.Net.Sockets;

namespace VisionMonitor.Tests.Hosting;

/// <summary>A port behind which a server is there or not, as the test says: a database that goes down and comes back.</summary>
internal sealed class Forwarder(string host, int port) : IDisposable
{
    private readonly List<TcpClient> _open = [];
    private TcpListener? _listener;

    public int Port { get; } = FreePort();

    public void Open()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        _ = AcceptAsync(_listener);
    }

    public void Close()
    {
        _listener?.Stop();
        _listener = null;
        lock (_open)
        {
            _open.ForEach(client => client.Dispose());
            _open.Clear();
        }
    }

    public void Dispose() => Close();

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                _ = ForwardAsync(await listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The port was closed: that is what it is for.
        }
    }

    private async Task ForwardAsync(TcpClient near)
    {
        using TcpClient far = new();
        try
        {
            await far.ConnectAsync(host, port);
            lock (_open)
            {
                _open.Add(near);
                _open.Add(far);
            }

            await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream()), far.GetStream().CopyToAsync(near.GetStream()));
        }
        catch (Exception closed) when (closed is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // One end hung up.
        }

        near.Dispose();
    }

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
