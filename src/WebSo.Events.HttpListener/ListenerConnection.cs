using System.Net;
using System.Runtime.InteropServices;

namespace WebSo.Events;

// The ends of a connection. They are read at once because the managed HttpListener no longer knows them when the connection is gone; it
// throws a SocketException if that is the case already.
internal sealed class ListenerConnection(HttpListenerRequest request)
{
    private readonly IPEndPoint? _local = request.ContentLength64 < 0 ? request.LocalEndPoint : null;

    public IPEndPoint Remote { get; } = request.RemoteEndPoint;

    // Whether the client may still send. The managed HttpListener treats a chunked body whose connection ended as complete; only the
    // operating system can tell. It is asked only after a chunked body of an authorized call.
    public bool IsOpen() => RuntimeInformation.IsOSPlatform(OSPlatform.Windows) || _local is null || TcpTable.HasEstablished(_local, Remote);
}
