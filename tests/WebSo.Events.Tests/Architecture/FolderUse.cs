namespace WebSo.Events.Tests;

// A type that is used from another folder.
internal sealed record FolderUse(string From, string To, string Type);
