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
        using var algorithm = SHA256.Create();
        var hash = algorithm.ComputeHash(Encoding.UTF8.GetBytes(document));
        return BitConverter.ToString(hash).Replace("-", "").ToLowerInvariant().Substring(0, Length);
    }
}
