using System.Diagnostics.CodeAnalysis;

namespace WebSo.Events.Security;

internal sealed class CallbackKey
{
    public const int MaxIdLength = 16;

    private const int MinSecretSize = 32;

    private CallbackKey(string id, byte[] secret) => (Id, Secret) = (id, secret);

    public string Id { get; }

    public byte[] Secret { get; }

    // The problem never shows the secret, nor an ID that is not valid: it may be the secret.
    public static bool TryCreate(string id, string? secret, [NotNullWhen(true)] out CallbackKey? key, out string problem)
    {
        key = null;
        problem = $"an ID is not valid: give 1 to {MaxIdLength} letters, digits, '.', '_' or '-', and the key as its value";
        if (!IsId(id))
            return false;

        problem = $"the key '{id}' is no base64 of at least {MinSecretSize} bytes: make one with 'openssl rand -base64 32'; is the secret that it comes from set?";
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
