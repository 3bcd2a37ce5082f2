using System.Net;
using System.Net.Sockets;

namespace WebSo.Events;

/// <summary>Free ports of this machine. Another process can take one before the test does.</summary>
public static class Loopback
{
    public static int FreePort()
    {
        using var probe = new Socket(SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    /// <summary>A prefix for an HttpListener.</summary>
    public static string FreePrefix() => $"http://127.0.0.1:{FreePort()}/webso/events/";
}
