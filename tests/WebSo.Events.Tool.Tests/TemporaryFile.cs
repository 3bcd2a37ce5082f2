namespace WebSo.Events;

public sealed class TemporaryFile : IDisposable
{
    public TemporaryFile(string? text = null)
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName());
        if (text is not null)
            File.WriteAllText(Path, text);
    }

    public string Path { get; }

    public void Dispose() => File.Delete(Path);
}
