using System.Text;

namespace WebSo.Events;

/// <summary>A call that the scripted receiver got. The body is null if it was incomplete.</summary>
public sealed record ReceivedCall(
    string Method,
    string Path,
    string ConnectionId,
    IReadOnlyDictionary<string, string> Headers,
    byte[]? Body)
{
    public string Text => Encoding.UTF8.GetString(Body!);
}
