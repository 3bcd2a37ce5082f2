using System.Text;

namespace WebSo.Events.Tool.Output;

// Decodes a body like the receiver does.
internal static class BodyText
{
    public static string Of(ReadOnlySpan<byte> body, string? charset)
    {
        using var utf8 = BodyCharset.ToUtf8(body, charset, out _);
        return Encoding.UTF8.GetString(utf8 is null ? body : utf8.Written);
    }
}
