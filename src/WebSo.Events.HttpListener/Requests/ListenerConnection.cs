using System.Net;
using System.Runtime.InteropServices;

namespace WebSo.Events.Listener.Requests;

// The endpoints of a connection. They are read immediately, because the managed HttpListener throws a SocketException for them once the
// connection is closed. The local endpoint is needed only for a chunked body.
internal sealed class ListenerConnection(IPEndPoint? local, IPEndPoint remote)
{
    public IPEndPoint Remote => remote;

    // Whether the connection is still established. The managed HttpListener reports a chunked body as complete even if the connection was
    // lost, so the operating system is asked instead, and only after a chunked body of an authorized call. Without a local endpoint, the
    // connection can't be found and counts as closed.
    public bool IsOpen() => RuntimeInformation.IsOSPlatform(OSPlatform.Windows) || (local is not null && TcpTable.HasEstablished(local, remote));
}
