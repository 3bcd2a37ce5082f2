using System.ComponentModel;

namespace WebSo.Events;

/// <summary>
/// Thrown when a listener cannot start, for example because its URL is in use or needs a reservation. The message names the cause and
/// the fix.
/// </summary>
public sealed class WebSoListenerException : Exception
{
    /// <summary>Creates the exception with a message that explains the cause.</summary>
    /// <param name="prefix">The prefix that HttpListener refused. Several are separated by commas.</param>
    /// <param name="innerException">The <c>HttpListenerException</c>, or the <c>SocketException</c> of Mono.</param>
    public WebSoListenerException(string prefix, Win32Exception innerException)
        : base(ListenerStartFailure.Describe(prefix, innerException), innerException) => Prefix = prefix;

    /// <summary>The prefix that HttpListener refused. Several are separated by commas.</summary>
    public string Prefix { get; }
}
