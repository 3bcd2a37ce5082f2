namespace WebSo.Events;

/// <summary>Reads inputs from the folder <c>Corpus</c> of a test project.</summary>
public static class Corpus
{
    public static byte[] Read(string folder, string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Corpus", folder, name));

    public static IEnumerable<string> Names(string folder) =>
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Corpus", folder)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
}
