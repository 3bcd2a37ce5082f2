namespace WebSo.Events.Inbox.Sqlite.Tests;

internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("webso-inbox-");

    public string Path => _folder.FullName;

    public string File(string name = "events.db") => System.IO.Path.Combine(Path, name);

    public void Dispose() => _folder.Delete(recursive: true);
}
