namespace WebSo.Events.Configuration;

// A section inside an endpoint's section that a package reads by itself: Inbox, or Health inside Inbox.
internal sealed record OwnedKey(string Endpoint, string Parent, string Key);
