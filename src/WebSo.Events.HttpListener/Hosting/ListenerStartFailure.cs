using System.ComponentModel;
using System.Globalization;

namespace WebSo.Events.Listener.Hosting;

// Explains why HttpListener did not start and how to fix it.
internal static class ListenerStartFailure
{
    // http.sys on Windows (winerror.h).
    private const int AccessDenied = 5;
    private const int SharingViolation = 32;
    private const int NotSupported = 50;
    private const int InvalidParameter = 87;
    private const int AlreadyExists = 183;
    private const int InvalidNetName = 1214;

    // Socket errors of Windows and Mono, Linux, and macOS.
    private const int SocketAccessDenied = 10013;
    private const int SocketAddressInUse = 10048;
    private const int SocketAddressNotAvailable = 10049;
    private const int UnixAccessDenied = 13;
    private const int LinuxAddressInUse = 98;
    private const int LinuxAddressNotAvailable = 99;
    private const int MacAddressInUse = 48;
    private const int MacAddressNotAvailable = 49;

    // The managed HttpListener. The prefixes are already validated, so the usual reason is that this process uses one of them.
    private const int BadRequest = 400;

    public static string Describe(string prefix, Win32Exception cause)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentNullException.ThrowIfNull(cause);
        return $"Cannot listen on {prefix}: {Explain(prefix, cause)}";
    }

    private static string Explain(string prefix, Win32Exception cause) => cause.NativeErrorCode switch
    {
        AccessDenied =>
            "the user of this process has no URL reservation for it. Run once as an administrator, with the user of the service in place of "
            + $"Everyone: netsh http add urlacl url={prefix} user=Everyone",
        SocketAccessDenied or UnixAccessDenied =>
            "the user of this process is not allowed to use the port. Ports below 1024 require root or the capability CAP_NET_BIND_SERVICE. Use "
            + "a higher port behind a reverse proxy.",
        SharingViolation or SocketAddressInUse or LinuxAddressInUse or MacAddressInUse =>
            $"another process uses the port. To find it: {FindOwner(prefix)}",
        AlreadyExists =>
            "this process or another one already listens on it. To find it: netsh http show servicestate view=requestq",
        BadRequest =>
            $"HttpListener refused the prefix ({cause.Message}). Most likely, this process already listens on it. Use a different prefix for "
            + "each listener, and dispose a listener before you start the next one.",
        NotSupported or SocketAddressNotAvailable or LinuxAddressNotAvailable or MacAddressNotAvailable or InvalidNetName =>
            "its host is not a name or an address of this machine. Use '+' as the host to receive calls for every name, or an address of this "
            + "machine.",
        InvalidParameter =>
            "Windows does not accept the prefix. Check its host and its path, for example http://+:8085/webso/events/.",
        _ => $"{cause.Message} (error {cause.NativeErrorCode.ToString(CultureInfo.InvariantCulture)}).",
    };

    private static string FindOwner(string prefix)
    {
        // HttpListener does not report which of several prefixes failed. Use the first.
        var port = ListenerPrefix.TryParse(prefix.Split(',')[0], out var parsed, out _)
            ? parsed!.Port.ToString(CultureInfo.InvariantCulture)
            : "PORT";
        return $"netsh http show servicestate view=requestq, or netstat -ano | findstr :{port} (Windows); ss -ltnp sport = :{port} (Linux)";
    }
}
