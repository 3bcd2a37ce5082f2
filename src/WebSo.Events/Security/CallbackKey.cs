using System.Diagnostics.CodeAnalysis;

namespace WebSo.Events.Security;

internal sealed class CallbackKey
{
    public const int MaxIdLength = 16;

    private const int MinSecretSize = 32;

    private CallbackKey(string id, byte[] secret) => (Id, Secret) = (id, secret);

    public string Id { get; }

    public byte[] Secret { get; }

    // The problem is a sentence without a final period. It never contains the secret, or an invalid ID, which may be a misplaced secret.
    public static bool TryCreate(string id, string? secret, [NotNullWhen(true)] out CallbackKey? key, out string problem)
    {
        key = null;
        problem = $"The ID of a key is not valid. Use 1 to {MaxIdLength} letters, digits, '.', '_' or '-' as the ID, and the key as its value";
        if (!IsId(id))
            return false;

        problem = $"The key '{id}' is not base64 of at least {MinSecretSize} bytes. Check that the secret it comes from is set, or create a key with 'openssl rand -base64 32'";
        if (Decode(secret) is not { Length: >= MinSecretSize } bytes)
            return false;

        key = new CallbackKey(id, bytes);
        return true;
    }

    public static bool IsId(string text) => text.Length is > 0 and <= MaxIdLength
        && text.All(c => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '.' or '_' or '-');

    private static byte[]? Decode(string? base64)
    {
        try
        {
            return base64 is null ? null : Convert.FromBase64String(base64);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
