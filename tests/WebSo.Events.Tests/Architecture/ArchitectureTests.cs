using FluentAssertions;
using Xunit;

namespace WebSo.Events.Tests;

// Checks the structure of the packages that docs/architecture.md describes.
public sealed class ArchitectureTests
{
    private const int MaxConstructorParameters = 6;

    // The folders of the core that each folder may use. Each folder uses only folders in the lines above it, so there are no cycles.
    private static readonly Dictionary<string, string[]> s_core = new()
    {
        ["Polyfills"] = [],
        ["Events"] = ["Polyfills"],
        ["Diagnostics"] = ["Polyfills", "Events"],
        ["Security"] = ["Polyfills", "Diagnostics"],
        ["Serialization"] = ["Polyfills", "Events"],
        ["Configuration"] = ["Polyfills", "Events", "Diagnostics", "Security", "Serialization"],
        ["Handling"] = ["Polyfills", "Events", "Diagnostics", "Serialization", "Configuration"],
        ["Receiving"] = ["Polyfills", "Events", "Diagnostics", "Security", "Serialization", "Configuration", "Handling"],
        ["DependencyInjection"] = ["Polyfills", "Events", "Diagnostics", "Security", "Serialization", "Configuration", "Handling", "Receiving"],
    };

    public static TheoryData<string> Packages => [.. SourcePackage.All.Select(package => package.Name)];

    [Fact]
    public void Core_References_AreOnlyAbstractions()
    {
        var references = typeof(WebSoEvent).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!);

        references.Where(name => !name.StartsWith("System.", StringComparison.Ordinal)).Should().BeSubsetOf(
        [
            "Microsoft.Extensions.Configuration.Abstractions",
            "Microsoft.Extensions.DependencyInjection.Abstractions",
            "Microsoft.Extensions.Logging.Abstractions",
            "Microsoft.Extensions.Options",
            "Microsoft.Extensions.Primitives",
        ]);
        references.Should().NotContain(name => name.Contains("Data", StringComparison.Ordinal)
            || name.StartsWith("System.Net.Http", StringComparison.Ordinal)
            || name.StartsWith("System.Web", StringComparison.Ordinal));
    }

    [Fact]
    public void Core_PublicTypes_AreSealedOrStaticInFlatNamespace()
    {
        var types = typeof(WebSoEvent).Assembly.GetExportedTypes();

        types.Where(type => type.IsClass && !type.IsSealed).Should().Equal(typeof(WebSoEvent));
        types.Select(type => type.Namespace).Distinct().Should().BeEquivalentTo("WebSo.Events", "Microsoft.Extensions.DependencyInjection");
    }

    [Fact]
    public void Core_Folders_UseOnlyLowerFolders()
    {
        var uses = SourcePackage.Find("WebSo.Events").Uses;

        uses.Should().Contain(use => use.From == "Receiving" && use.To == "Handling" && use.Type == "Endpoint");
        uses.Where(use => !s_core[use.From].Contains(use.To)).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void Folders_OfPackage_HaveNoCycles(string package)
    {
        var uses = SourcePackage.Find(package).Uses;

        FindCycle([.. uses.Select(use => (use.From, use.To))]).Should().BeNull("the folders use each other: {0}", string.Join("; ", uses));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void InternalTypes_OfPackage_AreInNamespaceOfTheirFolder(string package) => SourcePackage.Find(package).FindInternalTypes()
        .Where(type => !IsNamespaceOf(type.Folder, type.Namespace, package)).Should().BeEmpty();

    [Theory]
    [InlineData("Receiving", "WebSo.Events.Receiving", true)]
    [InlineData("Receiving", "WebSo.Events.Inbox.Receiving", true)]
    [InlineData("Receiving", "WebSo.Events", false)]
    [InlineData("Receiving", "WebSo.Events.Handling", false)]
    public void IsNamespaceOf_Namespace_MatchesTheFolder(string folder, string name, bool expected) =>
        IsNamespaceOf(folder, name, "WebSo.Events.Inbox").Should().Be(expected);

    [Fact]
    public void FindInternalTypes_OfTheCore_ReturnsTypesInAllFolders() => SourcePackage.Find("WebSo.Events").FindInternalTypes()
        .Select(type => type.Folder).Distinct().Should().BeEquivalentTo(s_core.Keys);

    [Fact]
    public void FindCycle_CycleOfThreeFolders_IsFound()
    {
        FindCycle([("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")]).Should().NotBeNull();
        FindCycle([("a", "b"), ("a", "c"), ("b", "c")]).Should().BeNull();
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void Constructors_OfPackage_HaveAtMostSixParameters(string package) => SourcePackage.Find(package).CountConstructorParameters()
        .Where(constructor => constructor.Parameters > MaxConstructorParameters).Should().BeEmpty("more parameters mean that a type is missing");

    [Theory]
    [MemberData(nameof(Packages))]
    public void Files_OfPackage_HaveOneTypeEach(string package)
    {
        var files = SourcePackage.Find(package).FindTypes().ToList();

        files.Should().Contain(file => file.Names.Count == 1);
        files.Where(file => file.Names.Count > 1).Should().BeEmpty();
    }

    // The folder Events contains the public model and its helpers in the flat namespace. A polyfill can be in the namespace of the
    // framework type.
    // In a namespace WebSo.Events.HttpListener, the class HttpListener of .NET would not be found.
    private static bool IsNamespaceOf(string folder, string name, string package) => name == $"WebSo.Events.{folder}" || name == $"{package}.{folder}"
        || (package == "WebSo.Events.HttpListener" && name == $"WebSo.Events.Listener.{folder}")
        || (folder == "Events" && name == "WebSo.Events") || (folder == "Polyfills" && name.StartsWith("System.", StringComparison.Ordinal));

    // The folders that remain after all folders without outgoing uses are removed repeatedly.
    private static string? FindCycle(HashSet<(string From, string To)> uses)
    {
        var left = uses.SelectMany(use => new[] { use.From, use.To }).ToHashSet();
        while (left.FirstOrDefault(folder => !uses.Any(use => use.From == folder && left.Contains(use.To))) is { } free)
            left.Remove(free);
        return left.Count == 0 ? null : string.Join(", ", left);
    }
}
