using System.Text;

namespace WebSo.Events;

/// <summary>A call as the scripted receiver got it. The body is null where it was torn.</summary>
public sealed record ReceivedCall(
    string Method,
    string Path,
    string ConnectionId,
    IReadOnlyDictionary<string, string> Headers,
    byte[]? Body)
{
    public string Text => Encoding.UTF8.GetString(Body!);
}
