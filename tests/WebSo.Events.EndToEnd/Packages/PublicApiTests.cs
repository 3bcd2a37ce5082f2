using System.Runtime.Loader;
using FluentAssertions;
using PublicApiGenerator;
using WebSo.Events.EndToEnd.Samples;
using Xunit;

namespace WebSo.Events.EndToEnd.Packages;

/// <summary>Compares the public API of each package with <c>src/PACKAGE/PublicApi.txt</c>, on .NET and on .NET Framework.</summary>
public sealed class PublicApiTests
{
    private static readonly ApiGeneratorOptions s_options = new()
    {
        IncludeAssemblyAttributes = false,
        // By default, the generator omits Microsoft namespaces, which contain the extension methods.
        DenyNamespacePrefixes = [],
    };

    public static TheoryData<string> Libraries => [.. Package.Libraries];

    /// <summary>Set the environment variable ACCEPT_PUBLIC_API=1 to update the file first.</summary>
    [Theory]
    [MemberData(nameof(Libraries))]
    public void PublicApi_OfPackage_MatchesFile(string package)
    {
        var file = Repository.PathOf($"src/{package}/PublicApi.txt");
        var actual = Package.Load(package).GeneratePublicApi(s_options).ReplaceLineEndings("\n").TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable("ACCEPT_PUBLIC_API") == "1")
            File.WriteAllText(file, actual);

        var expected = File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : "";
        actual.Should().Be(expected, "a change of the public API is a decision: to accept it, run this test with ACCEPT_PUBLIC_API=1 and commit {0}", file);
    }

    [Theory]
    [InlineData("WebSo.Events.dll")]
    [InlineData("WebSo.Events.HttpListener.dll")]
    [InlineData("WebSo.Events.Inbox.dll")]
    [InlineData("WebSo.Events.Inbox.Sqlite.dll")]
    public void PublicApi_OfNetFramework_MatchesNet(string file)
    {
        var context = new AssemblyLoadContext(file, isCollectible: true);
        var framework = context.LoadFromAssemblyPath(Path.Combine(Sample.OutputOf("NetFrameworkService", "net472"), file));
        var net = Package.Load(Path.GetFileNameWithoutExtension(file));

        framework.GetCustomAttributesData().Should().Contain(
            attribute => attribute.ToString().Contains(".NETStandard,Version=v2.0", StringComparison.Ordinal),
            "it is the build for .NET Framework");
        framework.GeneratePublicApi(WithoutTrimming()).Should().Be(net.GeneratePublicApi(WithoutTrimming()));
    }

    // Trimming attributes do not exist on .NET Framework.
    private static ApiGeneratorOptions WithoutTrimming() => new()
    {
        IncludeAssemblyAttributes = false,
        DenyNamespacePrefixes = [],
        ExcludeAttributes = ["System.Diagnostics.CodeAnalysis.DynamicallyAccessedMembersAttribute"],
    };
}
