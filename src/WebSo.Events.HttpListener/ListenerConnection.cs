using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;

namespace WebSo.Events;

// The ends of a connection, taken at once where they are needed later: the managed HttpListener knows them no more when it is gone.
internal sealed class ListenerConnection(HttpListenerRequest request)
{
    private readonly IPEndPoint? _local = request.ContentLength64 < 0 ? request.LocalEndPoint : null;

    public IPEndPoint? Remote { get; } = request.RemoteEndPoint;

    // Whether the client may still send. The managed HttpListener takes a chunked body whose connection ended for a whole one; only the
    // system can tell. A table of all connections is much to read, but chunked bodies are rare: the server announces lengths.
    public bool IsOpen()
    {
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
            return true;

        foreach (var connection in IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections())
        {
            if (connection.State == TcpState.Established && IsSame(connection.RemoteEndPoint, Remote) && IsSame(connection.LocalEndPoint, _local))
                return true;
        }

        return false;
    }

    private static bool IsSame(IPEndPoint left, IPEndPoint? right) =>
        left.Port == right?.Port && left.Address.MapToIPv6().Equals(right.Address.MapToIPv6());
}
