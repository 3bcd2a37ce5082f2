namespace WebSo.Events;

/// <summary>Finds installed programs that some tests need.</summary>
public static class InstalledProgram
{
    public static bool Exists(string name) => Find(name) is not null;

    /// <summary>Returns the path of a program. Also searches folders for administrators, which are often not in PATH.</summary>
    public static string? Find(string name) => $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/usr/local/sbin"
        .Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);
}
