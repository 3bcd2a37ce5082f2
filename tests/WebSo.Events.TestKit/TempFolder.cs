namespace WebSo.Events;

/// <summary>A temporary folder. It is deleted when the test ends.</summary>
public sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("webso-test-");

    public string Path => _folder.FullName;

    public string Name => _folder.Name;

    public string File(string name = "events.db") => System.IO.Path.Combine(Path, name);

    public void Dispose() => _folder.Delete(recursive: true);
}
