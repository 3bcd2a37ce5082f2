using Microsoft.Extensions.Logging;

namespace WebSo.Events;

internal static partial class SqliteInboxLog
{
    [LoggerMessage(203, LogLevel.Warning, "The inbox {Path} is on a file system of type '{Type}', which is used because AllowUnsafeFileSystem is set. SQLite destroys the file if two machines use it, or if locks or flushes do not work there. Place it on a local disk, or use UsePostgreSqlInbox.", EventName = "UnsafeFileSystem")]
    public static partial void UnsafeFileSystem(ILogger logger, string path, string type);
}
