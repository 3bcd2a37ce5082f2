using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.Listener.Hosting;

// A URL prefix of HttpListener. It is not always a valid Uri, because its host can be + or *.
internal sealed class ListenerPrefix
{
    private const string Example = "A prefix starts with http:// and ends with a slash, for example http://localhost:8085/webso/events/.";

    private readonly string _text;

    private ListenerPrefix(string text, string host, int port) => (_text, Host, Port) = (text, host, port);

    public string Host { get; }

    public int Port { get; }

    public bool IsOfEveryHost => Host is "+" or "*";

    // Whether only this machine can call.
    public bool IsOfLoopback => Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    public static ListenerPrefix Parse(string text) =>
        TryParse(text, out var prefix, out var problem) ? prefix! : throw new FormatException(problem);

    // Also finds prefixes that HttpListener refuses with an unspecific error, or accepts but never receives calls for.
    public static bool TryParse(string? text, out ListenerPrefix? prefix, out string? problem)
    {
        prefix = null;
        problem = null;
        var hostStart = (text?.IndexOf("://", StringComparison.Ordinal) ?? -1) + 3;
        var pathStart = hostStart < 3 ? -1 : text!.IndexOf('/', hostStart);
        if (text is null || pathStart <= hostStart || !HasKnownScheme(text) || text[text.Length - 1] != '/')
        {
            problem = $"The prefix '{text}' is not valid. {Example}";
            return false;
        }

        var isHttps = text.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        var (host, port) = Split(text.Substring(hostStart, pathStart - hostStart), isHttps ? 443 : 80);
        problem = ProblemOfScheme(isHttps) ?? ProblemOfPort(port) ?? ProblemOfHost(host) ?? ProblemOfPath(text.Substring(pathStart));
        if (problem is not null)
        {
            problem = $"The prefix '{text}' is not valid: {problem}";
            return false;
        }

        prefix = new ListenerPrefix(text, host, port!.Value);
        return true;
    }

    public void WarnOfOtherHosts(string endpointName, ILogger logger)
    {
        if (!IsOfEveryHost)
            ListenerLog.HostOnlyPrefix(logger, IPAddress.TryParse(Host, out _) ? LogLevel.Information : LogLevel.Warning, _text, endpointName, Host);
    }

    private static bool HasKnownScheme(string text) =>
        text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    private static (string Host, int? Port) Split(string authority, int defaultPort)
    {
        var colon = authority.LastIndexOf(':');
        if (colon < 0 || authority[authority.Length - 1] == ']')
            return (authority, defaultPort);

        var digits = authority.Substring(colon + 1);
        var isNumber = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var port);
        return (authority.Substring(0, colon), isNumber ? port : null);
    }

    private static string? ProblemOfScheme(bool isHttps) => isHttps && !RuntimeInformation.IsOSPlatform(OSPlatform.Windows)
        ? "HttpListener supports HTTPS only on Windows. On this system, it would reset each connection. Listen on http:// behind a reverse "
            + "proxy that terminates TLS, or use WebSo.Events.AspNetCore."
        : null;

    private static string? ProblemOfPort(int? port) => port is >= 1 and <= 65535 ? null : "the port must be a number from 1 to 65535.";

    private static string? ProblemOfHost(string host)
    {
        if (host is "+" or "*")
            return null;
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
            return $"'{host}' is neither a host name nor an IP address. Use '+' as the host to receive calls for every name of this machine.";
        if (!IPAddress.TryParse(host, out var address))
            return null;
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            return $"HttpListener does not support the address {host}. Use '+' as the host to listen on all addresses.";
        return address.AddressFamily == AddressFamily.InterNetworkV6 && !RuntimeInformation.IsOSPlatform(OSPlatform.Windows)
            ? "HttpListener supports IPv6 addresses only on Windows. Use an IPv4 address, or WebSo.Events.AspNetCore."
            : null;
    }

    private static string? ProblemOfPath(string path)
    {
        if (path.IndexOfAny(['?', '#']) >= 0)
            return "a prefix can't have a query or a fragment. Remove it.";
        if (path.Contains('%'))
            return "its path contains a percent-encoded character. Write the character itself.";
        return path.Contains("//") ? "its path contains an empty segment (//). Remove one slash." : null;
    }
}
