using static WebSo.Events.Inbox.Engine.SqlType;

namespace WebSo.Events.Inbox.Engine;

// The names and types of columns in statements. A parameter has the name of the column that it is compared with or written to.
internal static class Columns
{
    public static readonly SqlColumn Sequence = new("sequence", Number);
    public static readonly SqlColumn DeliveryId = new("delivery_id", SqlType.Guid);
    public static readonly SqlColumn EndpointName = new("endpoint", Name);
    public static readonly SqlColumn Document = new("document", Name);
    public static readonly SqlColumn Event = new("event", Name);
    public static readonly SqlColumn Queue = new("queue", Name);
    public static readonly SqlColumn DueAt = new("due_at", Time);
    public static readonly SqlColumn Token = new("token", Number);
    public static readonly SqlColumn NewToken = new("new_token", Number);
    public static readonly SqlColumn Run = new("run", Number);
    public static readonly SqlColumn Attempts = new("attempts", Number);
    public static readonly SqlColumn Interruptions = new("interruptions", Number);
    public static readonly SqlColumn FirstAttemptAt = new("first_attempt_at", Time);
    public static readonly SqlColumn Error = new("error", Text);
    public static readonly SqlColumn Handler = new("handler", Name);
    public static readonly SqlColumn State = new("state", Number);
    public static readonly SqlColumn EndedAt = new("ended_at", Time);
    public static readonly SqlColumn Duration = new("duration", Number);
    public static readonly SqlColumn KeyOfDuplicate = new("duplicate_key", Key);
    public static readonly SqlColumn Now = new("now", Time);
    public static readonly SqlColumn Count = new("count", Number);
    public static readonly SqlColumn ReceivedAt = new("received_at", Time);
}
