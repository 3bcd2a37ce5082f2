using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using System.Text;

namespace WebSo.Events.Listener.Requests;

// The operating system's table of TCP connections.
internal static class TcpTable
{
    private const int BlockSize = 16 * 1024;

    // The table contains every connection of the machine. Searching its bytes takes a sixth of the CPU time of IPGlobalProperties, which
    // creates an object for each line.
    public static bool HasEstablished(IPEndPoint local, IPEndPoint remote)
    {
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Linux))
            return AskFramework(local, remote);

        // The system can omit a connection if others open or close while it lists them.
        return Search() || Search();

        bool Search() => Contains("/proc/self/net/tcp", ToText(local, remote))
            || Contains("/proc/self/net/tcp6", ToText(MapToIPv6(local), MapToIPv6(remote)));
    }

    private static bool AskFramework(IPEndPoint local, IPEndPoint remote) =>
        Array.Exists(IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections(), connection =>
            connection.State == TcpState.Established
            && MapToIPv6(connection.RemoteEndPoint).Equals(MapToIPv6(remote))
            && MapToIPv6(connection.LocalEndPoint).Equals(MapToIPv6(local)));

    private static IPEndPoint MapToIPv6(IPEndPoint end) => new(end.Address.MapToIPv6(), end.Port);

    // The part of a line with both endpoints and the state Established (01), for example "0100007F:1F90 0100007F:C3D2 01".
    private static byte[] ToText(IPEndPoint local, IPEndPoint remote) => Encoding.ASCII.GetBytes($"{ToText(local)} {ToText(remote)} 01");

    // The address as 32-bit words in the byte order of this machine.
    private static string ToText(IPEndPoint end)
    {
        var text = new StringBuilder();
        var bytes = end.Address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i += sizeof(uint))
            text.Append(BitConverter.ToUInt32(bytes, i).ToString("X8", CultureInfo.InvariantCulture));
        return text.Append(':').Append(end.Port.ToString("X4", CultureInfo.InvariantCulture)).ToString();
    }

    private static bool Contains(string path, byte[] text)
    {
        if (!File.Exists(path))
            return false;

        var block = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            using var table = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1);
            var kept = 0;
            while (table.Read(block, kept, block.Length - kept) is > 0 and var read)
            {
                var filled = kept + read;
                if (block.AsSpan(0, filled).IndexOf(text) >= 0)
                    return true;

                // The text can span two blocks.
                kept = Math.Min(filled, text.Length - 1);
                Array.Copy(block, filled - kept, block, 0, kept);
            }

            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }
}
