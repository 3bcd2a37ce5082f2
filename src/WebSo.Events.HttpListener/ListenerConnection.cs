using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;

namespace WebSo.Events;

// The ends of a connection. They are read at once because the managed HttpListener no longer knows them when the connection is gone; it
// throws a SocketException if that is the case already.
internal sealed class ListenerConnection(HttpListenerRequest request)
{
    private readonly IPEndPoint? _local = request.ContentLength64 < 0 ? request.LocalEndPoint : null;

    public IPEndPoint Remote { get; } = request.RemoteEndPoint;

    // Whether the client may still send. The managed HttpListener treats a chunked body whose connection ended as complete; only the
    // operating system can tell. Reading its table of connections is slow, but it is read only after a chunked body of an authorized call.
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
