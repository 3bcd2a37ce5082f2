using Microsoft.Extensions.Logging;

namespace WebSo.Events.Inbox.Sqlite;

internal static partial class SqliteInboxLog
{
    [LoggerMessage(203, LogLevel.Warning, "The inbox {Path} is on a file system of type '{Type}', which AllowUnsafeFileSystem permits. SQLite corrupts the file if two machines use it, or if locks or flushes do not work. Move the file to a local disk, or use UsePostgreSqlInbox.", EventName = "UnsafeFileSystem")]
    public static partial void UnsafeFileSystem(ILogger logger, string path, string type);
}
