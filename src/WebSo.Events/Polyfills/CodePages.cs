using System.Text;

namespace WebSo.Events.Polyfills;

internal static class CodePages
{
    // Null if the platform lacks the encoding. Does not register a provider for the process, which is the decision of the application.
    public static Encoding? Find(string name)
    {
#if NET
        if (CodePagesEncodingProvider.Instance.GetEncoding(name) is { } encoding)
            return encoding;
#endif
        try
        {
            return Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
