namespace WebSo.Events.Configuration;

// A subsection that another package reads, for example Inbox, or Health inside Inbox.
internal sealed record ReservedKey(string Endpoint, string Parent, string Key);
