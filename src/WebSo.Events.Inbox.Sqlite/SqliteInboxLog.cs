using Microsoft.Extensions.Logging;

namespace WebSo.Events;

internal static partial class SqliteInboxLog
{
    [LoggerMessage(201, LogLevel.Error, "The inbox {Path} can't be written: {Reason} Events wait, and are answered with 503 after StoreTimeout. It is tried again until it succeeds.", EventName = "WriteFailed")]
    public static partial void WriteFailed(ILogger logger, string path, string reason, Exception exception);

    [LoggerMessage(202, LogLevel.Information, "The inbox {Path} can be written again.", EventName = "WriteRecovered")]
    public static partial void Recovered(ILogger logger, string path);

    [LoggerMessage(203, LogLevel.Information, "This process handles the events of the endpoint '{Endpoint}' in the inbox {Path}.", EventName = "HandlingBegins")]
    public static partial void HandlingBegins(ILogger logger, string endpoint, string path);

    [LoggerMessage(204, LogLevel.Warning, "Another process handles the events of the endpoint '{Endpoint}' in the inbox {Path}. This one stores, and takes over when that one ends.", EventName = "HandlingElsewhere")]
    public static partial void HandlingElsewhere(ILogger logger, string endpoint, string path);

    [LoggerMessage(205, LogLevel.Error, "An event of the endpoint '{Endpoint}' in the inbox {Path}, delivery {DeliveryId}, can't be read: {Reason}. It is a dead letter, and can be replayed once it is mended; later events of its document go on.", EventName = "Unreadable")]
    public static partial void Unreadable(ILogger logger, string endpoint, string path, Guid deliveryId, string reason);

    [LoggerMessage(206, LogLevel.Error, "The inbox {Path} did not take the notes of which calls were answered: {Reason} The same event may be taken for a repeat for 24 hours. It is said again after they could be written once more.", EventName = "NotesFailed")]
    public static partial void NotesFailed(ILogger logger, string path, string reason, Exception exception);

    [LoggerMessage(207, LogLevel.Error, "A listener of work at the endpoint '{Endpoint}' in the inbox {Path} failed. All else goes on; the work is found by polling.", EventName = "ListenerFailed")]
    public static partial void ListenerFailed(ILogger logger, string endpoint, string path, Exception exception);
}
