namespace WebSo.Events;

/// <summary>Finds files of the repository from the output folder of a test.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The configuration that the tests were built with: Debug or Release.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "WebSo.Events.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("WebSo.Events.slnx is in no folder above the test.");
    }
}
