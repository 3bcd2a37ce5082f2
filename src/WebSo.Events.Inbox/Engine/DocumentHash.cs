using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace WebSo.Events.Engine;

// Stands for a document ID where the ID itself must not be kept: in the log line that says what was erased. An auditor who knows the ID finds
// the line with 'printf %s ID | sha256sum'.
internal static class DocumentHash
{
    private const int Length = 16;

    public static string Of(string document)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(document).AsSpan(), hash);
        var text = new StringBuilder(Length);
        foreach (var value in hash.Slice(0, Length / 2))
            text.Append(value.ToString("x2", CultureInfo.InvariantCulture));
        return text.ToString();
    }
}
