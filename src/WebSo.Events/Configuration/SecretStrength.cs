using System.Text;

namespace WebSo.Events.Configuration;

// Which secrets of an endpoint can be guessed. Names only: neither a secret nor its length is told.
internal static class SecretStrength
{
    public const int MinLength = 16;

    public static IReadOnlyList<string> FindShort(WebSoEventsOptions options)
    {
        var names = options.BasicCredentials.Where(user => user.Value.Any(IsShort)).Select(user => $"BasicCredentials['{LogText.Of(user.Key)}']").ToList();

        // A call needs all headers, so one that can't be guessed is enough: a user's name may be another.
        if (options.RequiredHeaders.All(header => header.Value.Any(value => IsShort(SecretOf(value)))))
            names.AddRange(options.RequiredHeaders.Select(header => $"RequiredHeaders['{LogText.Of(header.Key)}']"));
        return names;
    }

    private static bool IsShort(string secret) => secret.Trim().Length < MinLength;

    // 'Basic Zm9vOmJhcg==' is longer than the password in it, and 'Bearer x' than the token.
    private static string SecretOf(string value)
    {
        var space = value.IndexOf(' ');
        var secret = value.Substring(space + 1);
        if (!value.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
            return secret;

        try
        {
            var pair = Encoding.UTF8.GetString(Convert.FromBase64String(secret.Trim()));
            return pair.Substring(pair.IndexOf(':') + 1);
        }
        catch (FormatException)
        {
            return secret;
        }
    }
}
