using System.Reflection;

namespace WebSo.Events.EndToEnd.Packages;

/// <summary>The packages of this repository, which are the projects in <c>src</c>.</summary>
internal static class Package
{
    private const string Tool = "WebSo.Events.Tool";

    public static IReadOnlyList<string> All { get; } = [.. Directory.GetDirectories(Repository.PathOf("src")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    /// <summary>The packages whose assembly an application references.</summary>
    public static IReadOnlyList<string> Libraries { get; } = [.. All.Where(package => package != Tool)];

    public static string AssemblyNameOf(string package) => package == Tool ? "webso-events" : package;

    public static Assembly Load(string package) => Assembly.Load(AssemblyNameOf(package));

    /// <summary>The built assemblies of a package, one for each target framework, from the output of its own project.</summary>
    public static IReadOnlyList<string> FilesOf(string package) =>
    [
        .. Directory.GetDirectories(Repository.PathOf($"src/{package}/bin/{Repository.Configuration}"))
            .Select(folder => Path.Combine(folder, AssemblyNameOf(package) + ".dll"))
            .Where(File.Exists),
    ];
}
