namespace WebSo.Events;

internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("webso-diagnostics-");

    public string File => Path.Combine(_folder.FullName, "events.db");

    public void Dispose() => _folder.Delete(recursive: true);
}
