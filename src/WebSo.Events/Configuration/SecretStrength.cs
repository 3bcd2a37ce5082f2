using System.Text;

namespace WebSo.Events.Configuration;

// Finds secrets that are short enough to guess. Returns names only, never a secret or its length.
internal static class SecretStrength
{
    public const int MinLength = 16;

    public static IReadOnlyList<string> FindShort(WebSoEventsOptions options)
    {
        var names = options.BasicCredentials.Where(user => user.Value.Any(IsShort)).Select(user => $"BasicCredentials['{LogText.Of(user.Key)}']").ToList();

        // A call needs all required headers, so one strong value is enough. Another header may hold a user name.
        if (options.RequiredHeaders.All(header => header.Value.Any(value => IsShort(SecretOf(value)))))
            names.AddRange(options.RequiredHeaders.Select(header => $"RequiredHeaders['{LogText.Of(header.Key)}']"));
        return names;
    }

    private static bool IsShort(string secret) => secret.Trim().Length < MinLength;

    // Measure the password inside 'Basic Zm9vOmJhcg==' and the token inside 'Bearer x', not the whole header value.
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
