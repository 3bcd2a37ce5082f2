using System.Text;

namespace WebSo.Events.Polyfills;

internal static class CodePages
{
    // Null where the platform does not have it. Nothing is registered for the process: that is the application's decision.
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
