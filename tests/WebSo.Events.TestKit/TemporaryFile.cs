using System.Text;

namespace WebSo.Events;

/// <summary>A file in a temporary folder. Both are deleted when the test ends.</summary>
public sealed class TemporaryFile : IDisposable
{
    private readonly TempFolder _folder = new();

    /// <summary>Returns the name of a file that does not exist.</summary>
    public TemporaryFile()
    {
    }

    public TemporaryFile(string text)
        : this(Encoding.UTF8.GetBytes(text))
    {
    }

    public TemporaryFile(byte[] content) => File.WriteAllBytes(Path, content);

    public string Path => _folder.File("file");

    public void Dispose() => _folder.Dispose();
}
