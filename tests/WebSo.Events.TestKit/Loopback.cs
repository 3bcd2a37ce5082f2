using System.Net;
using System.Net.Sockets;

namespace WebSo.Events;

/// <summary>Finds free ports. Another process can take one before the test uses it.</summary>
public static class Loopback
{
    public static int FreePort()
    {
        using var probe = new Socket(SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    /// <summary>Returns an HttpListener prefix with a free port.</summary>
    public static string FreePrefix() => $"http://127.0.0.1:{FreePort()}/webso/events/";
}
