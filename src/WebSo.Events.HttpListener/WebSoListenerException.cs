using System.Net;

namespace WebSo.Events;

/// <summary>Thrown when a listener can't start: the URL is taken, or may not be listened on. The message tells what to run.</summary>
public sealed class WebSoListenerException : Exception
{
    // Of Windows (http.sys): winerror.h. Of other systems: the error codes of sockets.
    private const int AccessDenied = 5;
    private const int SharingViolation = 32;
    private const int AlreadyExists = 183;
    private const int SocketAccessDenied = 10013;
    private const int SocketAddressInUse = 10048;
    private const int UnixAccessDenied = 13;
    private const int LinuxAddressInUse = 98;
    private const int MacAddressInUse = 48;

    // The managed HttpListener says so when this very process listens on the prefix already.
    private const int BadRequest = 400;

    /// <summary>Creates the exception, with a message that fits the cause.</summary>
    /// <param name="prefix">The prefix that was to be listened on.</param>
    /// <param name="innerException">What HttpListener threw.</param>
    public WebSoListenerException(string prefix, HttpListenerException innerException)
        : base(MessageOf(prefix, innerException), innerException) => Prefix = prefix;

    /// <summary>The prefix that was to be listened on.</summary>
    public string Prefix { get; }

    private static string MessageOf(string prefix, HttpListenerException cause)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentNullException.ThrowIfNull(cause);

        return cause.ErrorCode switch
        {
            AccessDenied =>
                $"{prefix} may not be listened on: Windows has no URL reservation of it for this user. Run once, as an administrator, with "
                + $"the user of the service in place of Everyone: netsh http add urlacl url={prefix} user=Everyone",
            SocketAccessDenied or UnixAccessDenied =>
                $"{prefix} may not be listened on: only root may use a port below 1024. Take a higher one, behind a reverse proxy.",
            SharingViolation or SocketAddressInUse or LinuxAddressInUse or MacAddressInUse =>
                $"{prefix} can't be listened on: another process has the port. See which one: {FindOwner(prefix)}",
            AlreadyExists or BadRequest =>
                $"{prefix} can't be listened on: this process or another one listens on it already. See which one, on Windows: "
                + "netsh http show servicestate view=requestq",
            _ => $"{prefix} can't be listened on: {cause.Message} (error {cause.ErrorCode}).",
        };
    }

    private static string FindOwner(string prefix)
    {
        var port = PortOf(prefix);
        return $"on Windows netsh http show servicestate view=requestq, or netstat -ano | findstr :{port}; on Linux ss -ltnp sport = :{port}";
    }

    private static string PortOf(string prefix)
    {
        // A prefix with + or * as host is no Uri.
        var isUri = Uri.TryCreate(prefix.Replace("://+", "://localhost").Replace("://*", "://localhost"), UriKind.Absolute, out var uri);
        return isUri ? uri!.Port.ToString(System.Globalization.CultureInfo.InvariantCulture) : "";
    }
}
