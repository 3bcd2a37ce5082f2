namespace WebSo.Events.Diagnostics;

// Log providers write the full text of an exception, which may contain untrusted input such as a forged line or an escape sequence. An
// exception with safe text is passed on unchanged. Any other is replaced by this exception, which has the same types, stack frames and
// inner exceptions in its text, and each message on one line. If reading the text throws, only the type is passed on.
internal sealed class SafeException : Exception
{
    private const int MaxMessageLength = 2048;
    private const int MaxTextLength = 65536;

    private readonly string _text;

    private SafeException(string message, string text, string? stackTrace = null, Exception? inner = null)
        : base(message, inner) => (_text, StackTrace) = (text, stackTrace);

    public override string? StackTrace { get; }

    public static Exception? Of(Exception? exception)
    {
        if (exception is null)
            return null;

        try
        {
            var text = exception.ToString();
            var safe = MakeSafe(exception, text);
            return safe == text
                ? exception
                : new SafeException($"{exception.GetType()}: {LogText.Of(exception.Message, MaxMessageLength)}", safe, exception.StackTrace, Of(exception.InnerException));
        }
        catch (Exception)
        {
            var type = $"{exception.GetType()}: the text of this exception or of an inner exception can't be read, because reading it throws an exception";
            return new SafeException(type, type);
        }
    }

    public override string ToString() => _text;

    private static string MakeSafe(Exception exception, string text)
    {
        var lines = MakeMessagesSafe(exception, text).Replace("\r\n", "\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = LogText.Of(lines[i], MaxTextLength);

            // Indent a line that could be mistaken for the start of a log line.
            lines[i] = i == 0 || line.Length == 0 || line[0] is ' ' or '-' or '<' ? line : "   " + line;
        }

        var safe = string.Join(Environment.NewLine, lines);
        return safe.Length <= MaxTextLength ? safe : safe.Remove(MaxTextLength) + "...";
    }

    private static string MakeMessagesSafe(Exception exception, string text)
    {
        var message = exception.Message;
        var safe = LogText.Of(message, MaxMessageLength);
        if (safe != message)
            text = text.Replace(": " + message, ": " + safe);
        if (exception is AggregateException several)
            return several.InnerExceptions.Aggregate(text, (changed, inner) => MakeMessagesSafe(inner, changed));

        return exception.InnerException is { } one ? MakeMessagesSafe(one, text) : text;
    }
}
