using System.Net;

namespace WebSo.Events.Receiving;

// Logs one warning per endpoint if a valid secret was sent over plain HTTP. An invalid secret needs no protection.
internal sealed class PlainHttpWarning(Endpoint endpoint)
{
    private int _isWarned;

    // Call it after the call was authorized.
    public void Check(IncomingRequest request, ReceiverSettings settings, CallbackValidation callback)
    {
        if (_isWarned != 0 || request.IsHttps != false || (settings.Credentials.IsEmpty && callback.Status != CallbackTokenStatus.Valid))
            return;
        if (request.RemoteAddress is { } address && !IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
            && Interlocked.Exchange(ref _isWarned, 1) == 0)
        {
            ReceiverLog.PlainHttp(endpoint.Logger, endpoint.Name, address);
        }
    }
}
