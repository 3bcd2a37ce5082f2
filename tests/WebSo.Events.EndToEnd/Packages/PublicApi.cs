using System.Reflection;
using FluentAssertions;
using PublicApiGenerator;

namespace WebSo.Events;

/// <summary>Holds the public API of a package against its golden file, <c>src/PACKAGE/PublicApi.txt</c>.</summary>
public static class PublicApi
{
    // Extension methods live in namespaces of Microsoft, which the generator leaves out unless told otherwise.
    private static readonly ApiGeneratorOptions s_options = new() { IncludeAssemblyAttributes = false, DenyNamespacePrefixes = [] };

    /// <summary>Fails where they differ. With the environment variable ACCEPT_PUBLIC_API=1 the golden file is written first.</summary>
    public static void ShouldBeAsInTheGoldenFile(Assembly assembly)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "WebSo.Events.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("WebSo.Events.sln is in no folder above the test.");

        var golden = Path.Combine(folder.FullName, "src", assembly.GetName().Name!, "PublicApi.txt");
        var actual = assembly.GeneratePublicApi(s_options).ReplaceLineEndings("\n").TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable("ACCEPT_PUBLIC_API") == "1")
            File.WriteAllText(golden, actual);

        var expected = File.Exists(golden) ? File.ReadAllText(golden).ReplaceLineEndings("\n") : "";

        actual.Should().Be(expected, "a change of the public API is a decision: to accept it, run this test with ACCEPT_PUBLIC_API=1 and commit {0}", golden);
    }
}
