using System.Net;

namespace WebSo.Events.Receiving;

// Warns once per endpoint of a secret that came over plain HTTP. Only of a call that bore the right one: a stranger's is nothing to protect.
internal sealed class PlainHttpWarning(Endpoint endpoint)
{
    private int _isWarned;

    // For a call that was let in.
    public void Check(IncomingRequest request, ReceiverPolicy policy, CallbackCheck callback)
    {
        if (_isWarned != 0 || request.IsHttps != false || (policy.Credentials.IsEmpty && callback.Verdict != CallbackVerdict.Valid))
            return;
        if (request.RemoteAddress is { } address && !IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
            && Interlocked.Exchange(ref _isWarned, 1) == 0)
        {
            ReceiverLog.PlainHttp(endpoint.Logger, endpoint.Name, address);
        }
    }
}
