using System.Net;
using System.Runtime.InteropServices;

namespace WebSo.Events;

// The ends of a connection. They are read at once because the managed HttpListener no longer knows them when the connection is gone; it
// throws a SocketException if that is the case already. The local end is needed for a chunked body only.
internal sealed class ListenerConnection(IPEndPoint? local, IPEndPoint remote)
{
    public IPEndPoint Remote => remote;

    // Whether the client may still send. The managed HttpListener treats a chunked body whose connection ended as complete; only the
    // operating system can tell. It is asked only after a chunked body of an authorized call. A connection whose local end is not known can't be
    // found, so its body is not known to be whole.
    public bool IsOpen() => RuntimeInformation.IsOSPlatform(OSPlatform.Windows) || (local is not null && TcpTable.HasEstablished(local, remote));
}
