namespace WebSo.Events.Tests;

internal static class Payload
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "Payloads");

    public static IEnumerable<string> Names => Directory.GetFiles(s_folder, "*.json")
        .Select(path => Path.GetFileNameWithoutExtension(path)!)
        .Order(StringComparer.Ordinal);

    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(s_folder, name + ".json"));
}
