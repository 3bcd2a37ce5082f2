using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace WebSo.Events.Security;

// The token of a signed callback URL: base64url of
//   version (1 byte: 1) | length of the key ID (1) | key ID | expiry (4, seconds since 1970, 0 for none) | correlation ID, UTF-8 | MAC (16)
// The MAC is HMAC-SHA256 over
//   endpoint name | decoded path | query without the token | all bytes of the token before the MAC
// where each of the first three is UTF-8, preceded by its length (4 bytes). The MAC is truncated to 16 bytes to keep URLs short. RFC 2104
// allows half of the hash, and a guess, which can only be tested with a call, succeeds with a probability of 2^-128.
internal static class CallbackToken
{
    public const int MaxCorrelationIdSize = 128;

    private const byte Version = 1;
    private const int MacSize = 16;
    private const int ExpirySize = 4;
    private const int MaxTextLength = ((2 + CallbackKey.MaxIdLength + ExpirySize + MaxCorrelationIdSize + MacSize) * 4 / 3) + 1;

    public static string Write(CallbackKey key, in CallbackTarget target, string correlationId, uint expiry)
    {
        var id = Encoding.ASCII.GetBytes(key.Id);
        var correlation = Encoding.UTF8.GetBytes(correlationId);
        var token = new byte[2 + id.Length + ExpirySize + correlation.Length + MacSize];
        token[0] = Version;
        token[1] = (byte)id.Length;
        id.CopyTo(token, 2);
        BinaryPrimitives.WriteUInt32BigEndian(token.AsSpan(2 + id.Length), expiry);
        correlation.CopyTo(token, 2 + id.Length + ExpirySize);
        ComputeMac(key, target, token).CopyTo(token, token.Length - MacSize);
        return Base64Url.Encode(token);
    }

    public static CallbackTokenStatus Read(string text, in CallbackTarget target, CallbackKeyRing keys, DateTimeOffset now, out string? correlationId)
    {
        correlationId = null;
        if (text.Length > MaxTextLength || !Base64Url.TryDecode(text, out var token) || token.Length < 2 || token[0] != Version)
            return CallbackTokenStatus.Invalid;

        var idLength = token[1];
        var correlationStart = 2 + idLength + ExpirySize;
        if (token.Length <= correlationStart + MacSize || !keys.TryGet(Encoding.ASCII.GetString(token, 2, idLength), out var key))
            return CallbackTokenStatus.Invalid;
        if (!FixedTime.AreEqual(ComputeMac(key, target, token), token.AsSpan(token.Length - MacSize).ToArray()))
            return CallbackTokenStatus.Invalid;

        var expiry = BinaryPrimitives.ReadUInt32BigEndian(token.AsSpan(2 + idLength));
        if (expiry != 0 && now.ToUnixTimeSeconds() >= expiry)
            return CallbackTokenStatus.Expired;

        correlationId = Encoding.UTF8.GetString(token, correlationStart, token.Length - correlationStart - MacSize);
        return CallbackTokenStatus.Valid;
    }

    private static byte[] ComputeMac(CallbackKey key, in CallbackTarget target, byte[] token)
    {
        var signed = new ByteBuffer();
        target.WriteTo(signed);
        signed.Write(token.AsSpan(0, token.Length - MacSize));
        return HMACSHA256.HashData(key.Secret, signed.Span.ToArray()).AsSpan(0, MacSize).ToArray();
    }
}
