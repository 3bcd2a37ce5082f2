namespace WebSo.Events.Tests;

// A type of one folder that another one uses.
internal sealed record FolderUse(string From, string To, string Type);
