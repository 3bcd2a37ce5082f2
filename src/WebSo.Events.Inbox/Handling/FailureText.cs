using System.Text;

namespace WebSo.Events.Inbox.Handling;

// Formats an exception for storage: the handler, the messages of the exception and its inner exceptions, and the top of the innermost stack
// trace.
internal static class FailureText
{
    private const int MaxLength = 4000;
    private const int MaxCauses = 8;
    private const int MaxFrames = 5;

    // Exception.Message can be overridden, so it can throw.
    public static string MessageOf(Exception failure)
    {
        try
        {
            return failure.Message;
        }
        catch (Exception)
        {
            return "The Message property of this exception throws an exception.";
        }
    }

    public static string Of(Exception failure)
    {
        var text = new StringBuilder();
        if (failure is HandlerException { InnerException: { } inner } handler)
        {
            text.Append(handler.HandlerName).Append(": ");
            failure = inner;
        }

        var last = failure;
        for (var (cause, count) = ((Exception?)failure, 0); cause is not null && count < MaxCauses; (cause, count) = (cause.InnerException, count + 1))
        {
            text.Append(count == 0 ? "" : "\n caused by ").Append(cause.GetType().Name).Append(": ").Append(MessageOf(cause));
            last = cause;
        }

        foreach (var frame in StackOf(last).Split('\n').Take(MaxFrames))
            text.Append(frame.Length == 0 ? "" : "\n").Append(frame.TrimEnd());
        return text.Length <= MaxLength ? text.ToString() : text.ToString(0, MaxLength);
    }

    private static string StackOf(Exception failure)
    {
        try
        {
            return failure.StackTrace ?? "";
        }
        catch (Exception)
        {
            return "";
        }
    }
}
