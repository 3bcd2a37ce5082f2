namespace WebSo.Events.Tests;

internal sealed class TemporaryFile : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("webso-events-");

    public TemporaryFile(byte[] content) => File.WriteAllBytes(Path, content);

    public string Path => System.IO.Path.Combine(_directory.FullName, "file");

    public void Dispose() => _directory.Delete(recursive: true);
}
