using System.Text;

namespace WebSo.Events.Handling;

// What is kept of a failure: the handler, the messages of all its causes, and where the innermost one was thrown.
internal static class FailureText
{
    private const int MaxLength = 4000;
    private const int MaxCauses = 8;
    private const int MaxFrames = 5;

    // The texts of an exception are its author's code, which may fail too.
    public static string MessageOf(Exception failure)
    {
        try
        {
            return failure.Message;
        }
        catch (Exception)
        {
            return "The message of this exception can't be read, since it throws an exception itself.";
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
