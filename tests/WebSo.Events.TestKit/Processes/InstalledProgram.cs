namespace WebSo.Events;

/// <summary>Programs of this machine that some tests need.</summary>
public static class InstalledProgram
{
    public static bool Exists(string name) => Find(name) is not null;

    /// <summary>Its path. Some programs for administrators are not in everyone's PATH.</summary>
    public static string? Find(string name) => $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/usr/local/sbin"
        .Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);
}
